"""What the operating system is asked for: files replaced whole, locks, a place for caches, bounds of memory."""
