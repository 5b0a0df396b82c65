"""A referee of faults: what a bad year does to a run, and what must stand afterwards.

Written from what is promised, without reading what is judged: it calls the commands as a user
does, holds what they leave behind against hashes of its own, and imports nothing of `mirror` but
the command line (and the place of the pages, which may be stubbed).
"""
