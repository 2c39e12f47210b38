"""Activities that instructors make themselves: an editor drawn from an item's own model.

What is typed is kept as it is typed, ready or not; the model decides whether it can be opened.
"""
