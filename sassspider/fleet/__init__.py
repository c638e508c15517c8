"""Crawls of many sections and sites, planned and run by several machines on one PostgreSQL."""
