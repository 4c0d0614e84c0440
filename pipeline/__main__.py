"""Make `python -m pipeline` do the same as the command `politikspur`."""

from pipeline.cli import main

if __name__ == "__main__":
    main()
