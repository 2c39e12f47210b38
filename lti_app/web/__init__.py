"""What every page shares: session, viewer, access, forms, rendering, headers, errors.

It knows no feature.
"""
