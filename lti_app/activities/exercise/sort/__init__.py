"""Sorting: cards to be placed into bins."""
