"""Decides. One event in, one turn out. No I/O, no clock, no chance."""
