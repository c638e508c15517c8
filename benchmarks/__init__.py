"""Measurements, as ratios to a peer in the same run; none of them is a test."""
