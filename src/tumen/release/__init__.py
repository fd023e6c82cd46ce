"""Reading a release: its index, its files, its datapackage and its codebook."""
