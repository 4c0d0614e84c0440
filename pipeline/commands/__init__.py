"""The commands, grouped by what they are for; `pipeline.cli` puts them together."""
