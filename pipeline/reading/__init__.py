"""The parts of the stages read, clean and split."""
