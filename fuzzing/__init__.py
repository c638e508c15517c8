"""Searches for pages and bodies that the reader does not read right; ``make fuzz`` runs them."""
