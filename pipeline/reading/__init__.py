"""What the stages read, clean and split are made of."""
