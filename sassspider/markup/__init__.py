"""Reads the HTML of an article's body: one canonical form, and what is in it."""
