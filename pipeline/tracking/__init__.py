"""What the stage track counts and estimates with."""
