"""Tables behind addresses: what a server or a bucket holds is checked, and what cannot be had is told in one sentence, soon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import generated_tables
import pytest
from cli_process import tumen as command
from moto.server import ThreadedMotoServer
from report_content import content

import tumen
from tumen.errors import TumenError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDINGS = (".parquet", ".arrow", ".csv", ".jsonl")
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with estimates in every format."""
    folder = tmp_path_factory.mktemp("local")
    for ending in ENDINGS:
        generated_tables.written(generated_tables.estimates(), folder / f"a{ending}")
    return folder


@pytest.fixture(scope="module")
def address(local: Path) -> Iterator[str]:
    """Serve the files twice in a public bucket, over http:// and as S3."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    url = "http://{}:{}".format(*running.get_host_and_port())
    keys = {name.lower(): value for name, value in KEYS.items()}
    client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **keys)
    client.create_bucket(Bucket="tumen")
    for file in local.iterdir():
        for name in ("a", "b"):
            client.put_object(
                Bucket="tumen",
                Key=f"{name}{file.suffix}",
                Body=file.read_bytes(),
                ACL="public-read",
            )
    yield url
    running.stop()


@pytest.fixture
def bucket(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Have S3 asked at the address, by a machine without credentials."""
    given = {
        "AWS_ENDPOINT_URL": address,
        "AWS_METADATA_ENDPOINT": NOWHERE,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN", *KEYS):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        **given,
        "AWS_CONFIG_FILE": f"{tmp_path}/no",
        "AWS_SHARED_CREDENTIALS_FILE": f"{tmp_path}/no",
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def found(path: str | Path) -> list[Any]:
    return content(
        tumen.check(path, table="estimates", coerce=str(path).endswith((".csv", ".jsonl")))
    )


@pytest.mark.parametrize("ending", ENDINGS)
def test_files_over_http(ending: str, address: str, local: Path) -> None:
    assert found(f"{address}/tumen/a{ending}") == found(local / f"a{ending}")


@pytest.mark.parametrize("ending", ENDINGS)
def test_files_on_s3(ending: str, bucket: pytest.MonkeyPatch, local: Path) -> None:
    for name, value in KEYS.items():
        bucket.setenv(name, value)
    assert found(f"s3://tumen/a{ending}") == found(local / f"a{ending}")


def test_globs_on_s3(bucket: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        bucket.setenv(name, value)
    assert (
        tumen.check("s3://tumen/*.parquet", table="estimates").records
        == 2 * generated_tables.estimates().height
    )


def test_what_is_not_there(address: str) -> None:
    with pytest.raises(
        TumenError, match=f"^{address}/tumen/none.parquet cannot be read: .*not found"
    ):
        tumen.check(f"{address}/tumen/none.parquet", table="estimates")
    with pytest.raises(TumenError, match=f"^{NOWHERE}/a.csv cannot be read: "):
        tumen.check(f"{NOWHERE}/a.csv", table="estimates")


def test_s3_without_credentials(bucket: pytest.MonkeyPatch) -> None:
    run = command("check", "s3://tumen/a.parquet", "--table", "estimates")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith("tumen: s3://tumen/a.parquet cannot be read: ")
    assert (
        "No S3 credentials are configured: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
        in run.stderr
    )


def test_duckdb_without_its_extension_names_the_other_engine(address: str, tmp_path: Path) -> None:
    """The home folder is new and the extension cannot be fetched: no server stands where DuckDB is told to look."""
    env = {"HOME": str(tmp_path), "http_proxy": NOWHERE, "HTTP_PROXY": NOWHERE}
    run = command(
        "check", f"{address}/tumen/a.parquet", "--table", "estimates", "--engine", "duckdb", env=env
    )
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "DuckDB reads URLs with its extension httpfs, which is not installed" in run.stderr
    assert "use engine='polars'" in run.stderr
