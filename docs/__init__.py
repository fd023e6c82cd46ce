"""The documentation in Markdown, which the package contains as `tumen.documents`."""
