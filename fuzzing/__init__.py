"""Looks for pages that the reader was not made for, guided by what its code does; ``make fuzz``."""
