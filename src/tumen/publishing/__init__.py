"""Publishing: build a release, describe it, list it in the index, verify it and build it again."""
