"""What ``scrapy doctor`` looks at: the machine, the configuration, the site."""
