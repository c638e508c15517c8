"""Deploys to a Scrapyd, and joins its jobs with our record of them."""
