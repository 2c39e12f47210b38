"""From facet scores to a grade, a release, and the ledger of what the platform must be told.

It knows no kind of activity and no LTI; the bridge sends what this room says is owed.
"""
