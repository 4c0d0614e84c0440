"""The models for tagging, linking and relating: their training and their use at run time."""
