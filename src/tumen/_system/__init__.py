"""Operating system services: atomic writes, locks, the cache folder, memory limits and git."""
