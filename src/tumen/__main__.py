"""The entry point of the `tumen` command.

From here on, an interruption from the keyboard ends the process quietly, also during imports.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Import the command line, run it, and end the process."""
    try:
        from tumen.cli.app import main as run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
