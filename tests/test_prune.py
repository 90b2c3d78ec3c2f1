"""Old captures go by the rule, and nothing that leads anywhere goes with them."""

import shutil
import sqlite3
from pathlib import Path

from fastwarc.warc import ArchiveIterator
from typer.testing import CliRunner

from nongshang.__main__ import app
from storage.archive import Archive
from tests.crawling import replay, rows


def nongshang(archive: Path, command: str, *options: str, ends: int = 0) -> str:
    places = ["--archive", f"sqlite:///{archive}", "--captures", str(archive.parent / "captures")]
    finished = CliRunner().invoke(app, [command, *places, *options])
    assert finished.exit_code == ends, finished.output
    return finished.output


def prune(archive: Path, *options: str, ends: int = 0) -> str:
    return nongshang(archive, "prune", "--older-than", "0", *options, ends=ends)


def files_of(archive: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (archive.parent / "captures").glob("*.warc.gz")}


def pointed(archive: Path) -> set[str]:
    """Digests of the captures something points to."""
    query = (
        "select digest from captures where id in (select capture_id from articles union select capture_id"
        " from revisions union select capture_id from rejections)"
        " or url in (select url from ledger where kind = 'part') and original_id is null"
    )
    return {row["digest"] for row in rows(archive, query)}


def kept(archive: Path) -> set[str]:
    return {row["digest"] for row in rows(archive, "select digest from captures")}


def test_what_nothing_leads_to_goes_and_the_rest_still_holds(copied):
    before, wanted, size = kept(copied), pointed(copied), sum(map(len, files_of(copied).values()))
    assert "let go of" in prune(copied, "--yes")
    assert wanted <= kept(copied) < before
    assert pointed(copied) == wanted
    assert sum(map(len, files_of(copied).values())) < size
    assert "holds" in nongshang(copied, "verify")
    assert nongshang(copied, "reextract", "--workers", "1").startswith("0 of ")
    for path in (copied.parent / "captures").glob("*.warc.gz"):
        with path.open("rb") as file:
            assert all(record.verify_block_digest() for record in ArchiveIterator(file, parse_http=False))
    assert prune(copied).startswith("0 captures")


def test_without_yes_it_only_says_what_would_go(copied):
    files, before = files_of(copied), kept(copied)
    assert "would go; --yes does it" in prune(copied)
    assert (files_of(copied), kept(copied)) == (files, before)


def test_what_is_young_stays(copied):
    before = kept(copied)
    assert "let go of 0 captures" in nongshang(copied, "prune", "--yes")
    assert kept(copied) == before


def test_a_body_a_younger_capture_refers_to_stays(copied):
    """The second run found every list as it was: its captures have their bodies in those of the first."""
    with sqlite3.connect(copied) as connection:
        connection.execute("update captures set fetched_at = '2001-01-01T00:00:00+08:00' where run_id = 1")
    bodies = {row["original_id"] for row in rows(copied, "select original_id from captures where run_id = 2")}
    nongshang(copied, "prune", "--yes")
    assert bodies - {None} <= {row["id"] for row in rows(copied, "select id from captures")}
    assert "holds" in nongshang(copied, "verify")


def test_a_pruned_run_is_not_replayed_and_says_why(copied, tmp_path):
    prune(copied, "--yes")
    replayed = replay(tmp_path / "again.db", copied.parent / "captures", "-a", "run=all")
    assert replayed.returncode == 2
    (line,) = replayed.stderr.splitlines()
    assert "run 1 can't be replayed: records were taken out on " in line


def test_a_damaged_file_is_not_rewritten(copied):
    path = min((copied.parent / "captures").glob("*.warc.gz"))
    path.write_bytes(path.read_bytes()[:-5])
    files, before = files_of(copied), kept(copied)
    assert "is damaged; nongshang verify" in prune(copied, "--yes", ends=1)
    assert kept(copied) == before
    assert files.items() <= files_of(copied).items()


def test_a_pruning_cut_off_before_its_rows_leaves_nothing_for_good(copied, monkeypatch):
    files = files_of(copied)
    with monkeypatch.context() as patched:
        patched.setattr(Archive, "transaction", cut_off)
        prune(copied, "--yes", ends=1)
    assert files_of(copied).keys() > files.keys()
    assert "WRONG" not in nongshang(copied, "verify")
    prune(copied, "--yes")
    assert files_of(copied).keys() == {row["name"] for row in rows(copied, "select name from warc_files")}


def cut_off(_archive):
    raise RuntimeError("the machine went down")


def test_a_pruning_cut_off_after_its_rows_leaves_nothing_for_good(copied, tmp_path):
    shutil.copytree(copied.parent / "captures", tmp_path / "before")
    prune(copied, "--yes")
    settled = files_of(copied)
    for path in (tmp_path / "before").iterdir():
        shutil.copy(path, copied.parent / "captures")
    prune(copied, "--yes")
    assert files_of(copied) == settled
