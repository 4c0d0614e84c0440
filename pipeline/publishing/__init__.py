"""Packages of tables for other people: described, with or without texts."""
