"""How a Moodle 4.5 behaves as a platform, as far as a tool can tell.

Most of it was recorded from a running one; what was only read in its source says so.
"""
