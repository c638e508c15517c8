"""What goes between the crawl and the network: which addresses, how much, and which rules of robots.txt."""
