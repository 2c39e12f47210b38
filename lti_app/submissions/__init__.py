"""The road every kind of activity shares: windows, drafts, hand-in, receipts, the kinds' contract.

It never names a kind.
"""
