"""Store people's corrections and replay them on every run."""
