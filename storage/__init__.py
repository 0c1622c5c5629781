"""Keeps. Sealed records, one transaction at a time. Decides nothing about what a reporter is told."""
