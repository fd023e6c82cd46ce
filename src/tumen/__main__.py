"""Where the command line begins: from here on an interruption from the keyboard ends it quietly, also while it is being loaded."""

from __future__ import annotations

import sys


def main() -> None:
    """Load the command line and run it, in a process that ends with it."""
    try:
        from tumen.cli.app import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
