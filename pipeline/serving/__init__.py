"""The explorer, which shows the tables of one output folder in a browser, on this computer only."""
