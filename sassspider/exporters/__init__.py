"""Item exporters, one format a file; feeds and ``scrapy export`` use the same."""
