"""The officers' door, over real HTTP, on the real store, with cases that the reporter's seals made."""
