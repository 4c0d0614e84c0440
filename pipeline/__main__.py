"""Lets `python -m pipeline` do what `politikspur` does."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
