"""Tables for other people: described, packed, with texts or without."""
