"""The vault: keys, envelopes and chains.

Knows no table, no network and no clock; says nothing of why a value does not open beyond its error.
"""
