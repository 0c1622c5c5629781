"""Figures, measured: each prints a table and fails when a promise is not kept."""
