"""A released id through the hands of a careless curator, on the command line: each wrong step is refused, each remedy named works."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cli_process import tumen

from tumen.publishing import index
from tumen.release import datapackage
from tumen.validation.explain import read_clean_dataset

if TYPE_CHECKING:
    from collections.abc import Callable

    Lay = Callable[..., Path]
    Git = Callable[..., str]

MID_NOVEMBER = "1794700800"  # 15 November 2026
DECEMBER = "1796083200"  # 1 December 2026
FIGURES = read_clean_dataset()["estimates.yaml"]
SECOND = FIGURES.replace("est-0001", "est-0002").replace("scope: moscow", "scope: pyongyang")
SOMETHING_ELSE = (
    FIGURES.replace("troops_deployed", "missiles")
    .replace("unit: persons", "unit: missiles")
    .replace("estimator: kcna", "estimator: dprk")
)


def run(*arguments: str, epoch: str = MID_NOVEMBER, **env: str) -> tuple[int, str]:
    ended = tumen(*arguments, env={"SOURCE_DATE_EPOCH": epoch, **env})
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


def built(version: str, *arguments: str, epoch: str = MID_NOVEMBER) -> None:
    status, said = run("build", *arguments, epoch=epoch)
    assert (status, f"/{version}: " in said) == (0, True), said


def versions() -> list[str]:
    return [entry["version"] for entry in index.read(Path("releases"))]


def test_an_id_that_is_taken_away_and_given_to_something_else(write_dataset: Lay) -> None:
    write_dataset({"estimates.yaml": f"{FIGURES}\n{SECOND}"})
    built("2026.11.0", "2026.11.0")

    write_dataset({"estimates.yaml": SECOND})
    status, said = run("check", "--strict")
    assert status == 1
    assert "E340 'est-0001' was released in 2026.11.0" in said
    assert "tumen retire" in run("explain", "E340")[1]
    status, said = run("build", "2026.11.1")
    assert (status, "E340 'est-0001'" in said, versions()) == (1, True, ["2026.11.0"])

    write_dataset({"estimates.yaml": f"{SOMETHING_ELSE}\n{SECOND}"})
    status, said = run("check", "--strict")
    assert (
        status,
        "dataset/estimates.yaml:1:7 E341 id: 'est-0001' was something else" in said,
    ) == (1, True)
    assert run("build", "2026.11.2")[0] == 1

    write_dataset({"estimates.yaml": SECOND})
    assert run("retire", "est-0001", "--reason", "duplicate", "--successor", "est-0002")[0] == 0
    assert run("check", "--strict")[0] == 0
    built("2026.11.1")

    entry = Path("dataset/retired.yaml").read_text()
    write_dataset({"estimates.yaml": f"{FIGURES}\n{SECOND}"})
    status, said = run("check")
    assert (status, "E308 id: 'est-0001': a retired id is in use" in said) == (1, True)
    Path("dataset/retired.yaml").write_text("[]\n")
    status, said = run("check")
    assert (
        status,
        "dataset/estimates.yaml:1:7 E342 id: 'est-0001' is retired since 2026.11.1" in said,
    ) == (1, True)
    assert run("build")[0] == 1

    write_dataset(
        {
            "estimates.yaml": SECOND,
            "retired.yaml": f"{entry}\n- {{id: est-0777, release: 2026.11.2, reason: erroneous}}\n",
        }
    )
    status, said = run("check")
    assert (status, "E343 id: 'est-0777' is in no release" in said) == (1, True)
    write_dataset({"estimates.yaml": SECOND, "retired.yaml": entry})
    built("2026.11.2")
    assert run("verify", "--rows", "--schema") == (0, "3 releases, 0 faults\n")


def test_releases_in_which_ids_were_not_permanent(write_dataset: Lay) -> None:
    """As an older library published them: verified, the release at fault is named, and to withdraw it is enough."""
    write_dataset({"estimates.yaml": f"{FIGURES}\n{SECOND}"})
    built("2026.11.0")
    for number, text in enumerate((SECOND, f"{SOMETHING_ELSE}\n{SECOND}"), 1):
        write_dataset({"estimates.yaml": text})
        built("2026.11.0", "--releases", f"apart-{number}")
        _adopt(Path(f"apart-{number}", "2026.11.0"), f"2026.11.{number}")
    status, said = run("verify")
    assert status == 1
    assert [line.split(" ")[1:3] for line in said.splitlines()[:-1]] == [
        ["E340", "'est-0001'"],
        ["E341", "'est-0001'"],
    ]
    assert "2026.11.1/estimates.parquet: E340" in said
    assert "2026.11.2/estimates.parquet: E341" in said
    for version in ("2026.11.1", "2026.11.2"):
        assert f"withdraw it (tumen withdraw {version} --reason REASON)" in said
        assert run("withdraw", version, "--reason", "Ids changed.")[0] == 0
    assert run("verify") == (0, "3 releases, 0 faults\n")


def _adopt(folder: Path, version: str) -> None:
    """Put a release among the others, as the one of this version."""
    entry = json.loads((folder.parent / "index.json").read_text())["releases"][-1]
    folder.rename(Path("releases") / version)
    index.write(
        Path("releases"),
        [*index.read(Path("releases")), {**entry, **_renumbered(Path("releases"), version)}],
    )


def _renumbered(releases: Path, version: str) -> dict[str, str]:
    """Let a release call itself by this version, and return what an index says of it then."""
    path = releases / version / "datapackage.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": version}))
    return {"version": version, "datapackage": datapackage.sha256(path.read_bytes())}


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("2062.12.0", "does not name the month of its build, 2026-11-15"),
        ("2026.12.0", "does not name the month of its build, 2026-11-15"),
        ("2026.10.0", "does not name the month of its build, 2026-11-15"),
    ],
)
def test_a_slip_in_the_version(version: str, why: str, write_dataset: Lay) -> None:
    write_dataset()
    status, said = run("build", version)
    assert (status, said) == (
        2,
        f"tumen: release {version} {why}; use the next version, 2026.11.0.\n",
    )
    built("2026.11.0", "2026.11.0")


def test_a_slip_that_was_published_once(write_dataset: Lay) -> None:
    """The remedy that is named is what it takes, and then the number that is named is not refused."""
    write_dataset()
    built("2026.11.0")
    Path("releases/2026.11.0").rename("releases/2062.12.0")
    entry = index.read(Path("releases"))[0]
    Path("releases/index.json").unlink()
    index.write(Path("releases"), [{**entry, **_renumbered(Path("releases"), "2062.12.0")}])
    for arguments in ((), ("2026.11.0",)):
        status, said = run("build", *arguments)
        assert status == 2
        assert (
            'withdraw it first: tumen withdraw 2062.12.0 --reason "Wrong version number."; then the next version, 2026.11.0, is free.'
            in said
        )
    assert "was built on 2026-11-15, in another month than its version names" in run("verify")[1]
    assert run("withdraw", "2062.12.0", "--reason", "Wrong version number.")[0] == 0
    built("2026.11.0", "2026.11.0")
    built("2026.12.0", epoch=DECEMBER)
    assert run("verify", epoch=DECEMBER) == (0, "3 releases, 0 faults\n")


def test_a_build_by_a_clock_that_was_ahead(write_dataset: Lay) -> None:
    write_dataset()
    built("2088.01.0", epoch="3723840000")
    status, said = run("build")
    assert status == 2
    assert (
        "release 2088.01.0 is dated 2088-01-02, later than this build (2026-11-15): correct the clock"
        in said
    )
    assert run("withdraw", "2088.01.0", "--reason", "By a wrong clock.")[0] == 0
    built("2026.11.0")


@pytest.mark.parametrize("epoch", ["-1", "0", "946684800", "4102444800"])
def test_days_on_which_there_can_be_no_release(epoch: str, write_dataset: Lay) -> None:
    write_dataset()
    status, said = run("build", epoch=epoch)
    assert (status, "correct the clock, or SOURCE_DATE_EPOCH" in said) == (2, True)
    assert not Path("releases").exists()


@pytest.mark.parametrize(
    "name",
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_COUNT"],
)
def test_the_commit_that_a_release_names(
    name: str, write_dataset: Lay, git: Git, tmp_path: Path
) -> None:
    write_dataset()
    git("add", ".")
    git("commit", "--quiet", "--message", "Add records")
    other = tmp_path / "other"
    other.mkdir()
    subprocess.run(["git", "init", "--quiet", str(other)], check=True)
    astray = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.worktree",
        "GIT_CONFIG_VALUE_0": str(other),
    }
    where = {name: str(other / ".git")} if name != "GIT_CONFIG_COUNT" else astray
    status, said = run("build", **where)
    assert (status, "names no commit" in said) == (0, False), said
    records = json.loads(Path("releases/2026.11.0/datapackage.json").read_text())["records"]
    assert records == {"tree": git("rev-parse", "HEAD:dataset"), "commit": git("rev-parse", "HEAD")}


def test_records_that_no_commit_holds(write_dataset: Lay, git: Git) -> None:
    write_dataset()
    status, said = run("build")
    assert (status, "dataset has uncommitted changes; commit them first" in said) == (
        2,
        True,
    )
    Path(".gitignore").write_text("places.yaml\n")
    git("add", ".")
    git("commit", "--quiet", "--message", "Add records")
    status, said = run("build")
    assert (
        status,
        "dataset/places.yaml is ignored by git, so no commit has it" in said,
    ) == (2, True)
    git("add", "--force", "dataset/places.yaml")
    git("commit", "--quiet", "--message", "Add places")
    git("config", "status.showUntrackedFiles", "no")
    Path("dataset/launches.yaml").write_text("[]\n")
    status, said = run("build")
    assert (status, "dataset has uncommitted changes" in said) == (2, True)


def test_without_a_commit_it_is_said_why(write_dataset: Lay) -> None:
    write_dataset()
    assert (
        "names no commit of its records: dataset is not in a git work tree that can be read (fatal: not a git repository"
        in run("build")[1]
    )
    said = run("build", PATH="/nowhere")[1]
    assert (
        "names no commit of its records: git is not installed or not on the PATH; install it"
        in said
    )


def test_records_that_git_ignores(write_dataset: Lay, git: Git) -> None:
    write_dataset()
    Path(".gitignore").write_text("dataset/\n")
    git("add", ".gitignore")
    git("commit", "--quiet", "--message", "Ignore")
    status, said = run("build")
    assert (
        status,
        "names no commit of its records: git ignores dataset; add it with git add --force" in said,
    ) == (0, True)


def test_a_retirement_cut_short_is_taken_up_again(write_dataset: Lay) -> None:
    """The entry that is there while the record is, too, as after a loss of power: the same command ends it."""
    write_dataset({"estimates.yaml": f"{FIGURES}\n{SECOND}"})
    built("2026.11.0")
    entry = "- {id: est-0001, release: 2026.11.1, reason: duplicate, successor: est-0002}\n"
    write_dataset({"estimates.yaml": f"{FIGURES}\n{SECOND}", "retired.yaml": entry})
    assert run("check")[0] == 1
    assert run("retire", "est-0001", "--reason", "duplicate", "--successor", "est-0002")[0] == 0
    assert run("check", "--strict")[0] == 0
