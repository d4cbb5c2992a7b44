"""What an operator asks of an installation from a terminal: back it up, restore it, verify it."""
