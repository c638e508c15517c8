"""How a section is walked: every link on a page of any shape, and what to ask for next."""
