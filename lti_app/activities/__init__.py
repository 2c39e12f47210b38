"""One sealed room for each kind of activity; they do not know each other."""
