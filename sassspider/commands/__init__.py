"""Commands added to ``scrapy``, one a file, named as typed."""
