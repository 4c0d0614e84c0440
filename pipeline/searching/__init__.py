"""What the search is made of."""
