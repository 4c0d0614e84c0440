"""Query an output folder: from Python, with example questions, and from a figure back to the page."""
