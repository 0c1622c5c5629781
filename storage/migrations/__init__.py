"""The steps from one schema to the next, each up and down. The program runs them itself, on its own
connection.
"""
