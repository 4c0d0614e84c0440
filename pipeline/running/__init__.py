"""The parts of a run: its engines, the tables of a corpus, the end of a run and its journal."""
