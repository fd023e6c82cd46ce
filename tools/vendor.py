"""Fetch the scripts that the explorer takes from npm, or with --check say which of them is not the file that was published.

    python tools/vendor.py

It needs npm, and nothing else in the repository does. The files stand in `src/tumen/site/assets/vendored/`, as they were published,
with their licences. Vega, Vega-Lite and Vega-Embed are not among them: they come with vl-convert-python when a site is built.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

TARGET = Path(__file__).parent.parent / "src/tumen/site/assets/vendored"


@dataclass(frozen=True)
class Taken:
    """A file of a package, and the SHA-256 that it must have."""

    package: str
    version: str
    file: str
    saved: str
    digest: str


FILES = (
    Taken(
        "gridjs",
        "6.2.0",
        "dist/gridjs.umd.js",
        "gridjs.js",
        "f7402f347715568c73f061781edd8e7dceeecdd7e2503c28a1012b7ccbc12509",
    ),
    Taken(
        "gridjs",
        "6.2.0",
        "LICENSE",
        "gridjs.LICENSE",
        "479a9ad0bd0150ec8892f67eb0bad10fe9699edb06c5d7f8968e5e464c8426bd",
    ),
    Taken(
        "minisearch",
        "7.2.0",
        "dist/umd/index.js",
        "minisearch.js",
        "03c27931eb603af1d3358579e9885eafdb6a2f5fa9929557b3e77d7e99d06d03",
    ),
    Taken(
        "minisearch",
        "7.2.0",
        "LICENSE.txt",
        "minisearch.LICENSE",
        "70d37354d6395629fb99edb28cb37a5d356ffa24a48cd02a5def5b83a300a899",
    ),
)


def fetch(taken: Taken, folder: Path) -> bytes:
    """Return the file as npm serves it."""
    name = f"{taken.package}@{taken.version}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", name], check=True, capture_output=True, text=True, cwd=folder
    )
    content = (folder / packed.stdout.strip()).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        member = archive.extractfile(f"package/{taken.file}")
        return member.read() if member else b""


def main() -> int:
    """Write or check every file; exit status 1 tells that one is not as it was published."""
    check, wrong = "--check" in sys.argv, 0
    with TemporaryDirectory() as folder:
        for taken in FILES:
            path = TARGET / taken.saved
            content = (
                (path.read_bytes() if path.exists() else b"")
                if check
                else fetch(taken, Path(folder))
            )
            if hashlib.sha256(content).hexdigest() != taken.digest:
                sys.stdout.write(
                    f"{taken.saved} is not {taken.file} of {taken.package} {taken.version}\n"
                )
                wrong += 1
            elif not check:
                path.write_bytes(content)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
