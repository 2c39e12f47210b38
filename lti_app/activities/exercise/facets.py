"""The facets of an exercise's grade: one for being done, one for what was chosen."""

COMPLETION = "completion"
CHOICES = "choices"
