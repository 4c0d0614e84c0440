"""Ways to ask an output folder: from Python, by example, back to the page."""
