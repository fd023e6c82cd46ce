"""The published releases, as data: `index.json` and a folder per version."""
