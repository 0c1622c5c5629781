"""The officers' door: sign in, pick up, read, answer, close. Never talks to a reporter's network."""
