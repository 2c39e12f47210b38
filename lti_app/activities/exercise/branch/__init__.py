"""Branching story: scenes with choices, each of which leads on and sets something in motion."""
