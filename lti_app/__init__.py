"""Rapport: practise relational leadership inside the LMS.

The package is a house of rooms; `docs/architecture.md` says what each decides.
"""

__version__ = "0.1.0"
