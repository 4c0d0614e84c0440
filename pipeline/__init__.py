"""German policy documents in, citable tables out."""

__version__ = "0.1.0"
