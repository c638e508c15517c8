"""A clean corpus of the commentary that the Sichuan Academy of Social Sciences publishes."""

__version__ = "0.1.0"
