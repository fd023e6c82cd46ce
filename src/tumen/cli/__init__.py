"""The commands of `tumen`, by what people come for; each module holds a Typer app that `tumen.cli.app` joins."""
