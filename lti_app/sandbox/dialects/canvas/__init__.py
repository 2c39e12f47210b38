"""How a hosted Canvas behaves as a platform, from its source and documentation.

It was never run here; what no source says is as in the plain dialect.
"""
