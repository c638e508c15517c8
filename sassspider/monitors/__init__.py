"""Health checks of a finished crawl, one a file: a decision from plain facts, and the Spidermon monitor that asks it.

A decision returns what is wrong, in words, or None. Nothing here is imported before a crawl runs.
"""
