"""How a crawl goes on at a site that fails: when to ask again, and when to leave it alone."""
