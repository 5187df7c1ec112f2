"""What came, what was decided, what changed: the memory of the folder service."""
