"""Durable background work: owed in the caller's transaction, claimed, retried, given up in sight.

It never knows what a job does; handlers are passed in by kind.
"""
