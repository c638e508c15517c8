"""Reads stored pages again with today's loader, and tells what differs."""
