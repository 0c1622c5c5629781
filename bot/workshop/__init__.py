"""Tools for people who write flows: random walks, rehearsals, drawings, a preview. Opens no store; nothing
here runs when somebody raises a concern.
"""
