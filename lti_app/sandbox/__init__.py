"""A small LMS of its own: the demo beside the tool, and the strict peer of its tests.

It is another program with another database, and knows the tool only by its registration.
It never imports a room of the tool; only the command line may import it.
"""
