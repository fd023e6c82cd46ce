"""A release as its readers meet it: its index, its files, its description, its codebook."""
