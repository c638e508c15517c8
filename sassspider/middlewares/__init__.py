"""Downloader middlewares, and the spider middleware for damaged pages."""
