"""A real Chromium, for a site that does not let plain HTTP in."""
