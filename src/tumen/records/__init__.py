"""Reading: the text of a dataset, in its strict dialect, to typed rows and frames in which each value is known by its place."""
