"""The `tumen` command line: one module per subject, joined by `tumen.cli.app`."""
