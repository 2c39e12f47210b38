"""Interactive exercises: an item of a course pack, answered alone. It knows no other kind."""
