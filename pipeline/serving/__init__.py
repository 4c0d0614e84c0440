"""The explorer: the tables of one output folder as pages in a browser, on this computer only."""
