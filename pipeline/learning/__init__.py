"""What tagger and relations are trained from, and what they are at run time."""
