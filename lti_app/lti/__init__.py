"""LTI 1.3 as values: what comes in is checked and typed, what goes out is built and sent.

It decides what the protocol means; it never draws a page, and nobody else imports pylti1p3.
"""
