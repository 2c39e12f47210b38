"""What is taught and where it is placed: course packs, activities, placements, line items.

It holds nothing of a learner, draws no page and names no kind of activity.
"""
