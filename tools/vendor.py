"""Fetch the npm scripts that the explorer uses, or check them.

    python tools/vendor.py            fetch; needs npm, which nothing else in the repository uses
    python tools/vendor.py --check    report files that differ from the published ones

The files are in `src/tumen/site/assets/vendored/`, unchanged and with their licences. Vega,
Vega-Lite and Vega-Embed are not among them: vl-convert-python brings them when a site is built.
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
class VendoredFile:
    """A file of an npm package, and the SHA-256 that it must have."""

    package: str
    version: str
    file: str
    saved: str
    digest: str


FILES = (
    VendoredFile(
        "gridjs",
        "6.2.0",
        "dist/gridjs.umd.js",
        "gridjs.js",
        "f7402f347715568c73f061781edd8e7dceeecdd7e2503c28a1012b7ccbc12509",
    ),
    VendoredFile(
        "gridjs",
        "6.2.0",
        "LICENSE",
        "gridjs.LICENSE",
        "479a9ad0bd0150ec8892f67eb0bad10fe9699edb06c5d7f8968e5e464c8426bd",
    ),
    VendoredFile(
        "minisearch",
        "7.2.0",
        "dist/umd/index.js",
        "minisearch.js",
        "03c27931eb603af1d3358579e9885eafdb6a2f5fa9929557b3e77d7e99d06d03",
    ),
    VendoredFile(
        "minisearch",
        "7.2.0",
        "LICENSE.txt",
        "minisearch.LICENSE",
        "70d37354d6395629fb99edb28cb37a5d356ffa24a48cd02a5def5b83a300a899",
    ),
)


def fetch(vendored: VendoredFile, folder: Path) -> bytes:
    """Return the content of the file as npm serves it."""
    name = f"{vendored.package}@{vendored.version}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", name], check=True, capture_output=True, text=True, cwd=folder
    )
    content = (folder / packed.stdout.strip()).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        member = archive.extractfile(f"package/{vendored.file}")
        return member.read() if member else b""


def main() -> int:
    """Write or check every file. The exit status is 1 if one is not as it was published."""
    is_check = "--check" in sys.argv
    wrong = 0
    with TemporaryDirectory() as folder:
        for vendored in FILES:
            path = TARGET / vendored.saved
            if not is_check:
                content = fetch(vendored, Path(folder))
            elif path.exists():
                content = path.read_bytes()
            else:
                content = b""
            if hashlib.sha256(content).hexdigest() != vendored.digest:
                published = f"{vendored.file} of {vendored.package} {vendored.version}"
                sys.stdout.write(f"{vendored.saved} is not {published}\n")
                wrong += 1
            elif not is_check:
                path.write_bytes(content)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
