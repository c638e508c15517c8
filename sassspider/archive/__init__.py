"""The record of work done; every output is a projection of it. ``docs/archive.md`` tells its tables and guarantees."""
