"""What the captures of a whole site are worth: crawl it, throw the database away, and make it again from them.

    python -m measure.keeping SITE [DAMAGES]

SITE is a folder of saved pages, served on loopback and crawled twice. Then the database is replayed from the
captures and compared, column by column; the files are read by warcio and FastWARC; as many DAMAGES (200) are done
to them, one at a time, and each must be found and named; and their size is held against that of the same pages
gzipped one by one. Exit code 1 if anything is lost, changed or not found.
"""

import gzip
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator
from warcio.checker import Checker

from nongshang.loopback import serve
from storage.archive import Archive
from storage.soundness import Problem, problems
from storage.warc import scan
from tests.crawling import crawl, replay, rows

OWN_CLOCK = {
    "runs": {"started_at", "finished_at", "stats"},
    "ledger": {"discovered_at", "next_at", "changed_at"},
    "rejections": {"seen_at", "resolved_at"},
}
"""Columns that say when we did something, not what was on the site."""


def files_of(archive: Path) -> list[Path]:
    """The WARC files beside an archive."""
    return sorted((archive.parent / "captures").glob("*.warc.gz"))


def dump(archive: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, without the columns of our own clock."""
    tables = rows(archive, "select name from sqlite_master where type = 'table' and name not like '%search%'")
    return {
        table: [
            {name: row[name] for name in row.keys() if name not in OWN_CLOCK.get(table, ())}  # noqa: SIM118 - sqlite3.Row
            for row in rows(archive, f"select * from {table} order by 1")
        ]
        for (table,) in tables
    }


def wrong_with(archive: Path) -> list[Problem]:
    """What `nongshang verify` finds."""
    with Archive.open(f"sqlite:///{archive}", read_only=True) as opened, opened.read() as connection:
        return [found for found in problems(connection, archive.parent / "captures") if not found.harmless]


def is_read_by_others(path: Path) -> bool:
    """Whether warcio and FastWARC read a file and find each digest right."""
    checker = Checker(type("Asked", (), {"inputs": [str(path)], "verbose": False}))
    checker.process_all()
    with path.open("rb") as file:
        sound = [record.verify_block_digest() for record in ArchiveIterator(file, parse_http=False)]
    return checker.exit_value == 0 and sound == [True] * len(list(scan(path)))


def damages(archive: Path, count: int, seed: int) -> Iterator[tuple[str, list[Problem]]]:
    """Flip a bit or cut a file, `count` times at random places, and tell what is found; all is put right again."""
    luck = random.Random(seed)
    for turn in range(count):
        path = luck.choice(files_of(archive))
        sound = path.read_bytes()
        place = luck.randrange(len(sound))
        flipped = bytes([sound[place] ^ 1 << luck.randrange(8)]) + sound[place + 1 :]
        path.write_bytes(sound[:place] + (flipped if turn % 2 else b""))
        try:
            yield f"{path.name} {'flipped' if turn % 2 else 'cut'} at {place}", wrong_with(archive)
        finally:
            path.write_bytes(sound)


def names_of(archive: Path) -> set[str]:
    """The addresses a problem with the captures may be told under: a page's own, or its run's."""
    told = "select url from captures union select base_url from runs"
    return {row[0] for row in rows(archive, told)}


def room(paths: list[Path]) -> float:
    """Bytes of the files against those of their pages gzipped one by one."""
    pages = [record.body for path in paths for _, record in scan(path) if record.kind == "response"]
    return sum(path.stat().st_size for path in paths) / sum(len(gzip.compress(page, 9)) for page in pages)


def main() -> int:
    """Measure one site and print a line for each promise."""
    site = Path((sys.argv[1:] or [""])[0])
    if len(sys.argv) == 1 or not site.is_dir():
        print("usage: python -m measure.keeping SITE [DAMAGES], a folder of saved pages", file=sys.stderr)
        return 2
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as folder:
        archive, again = Path(folder) / "kept.db", Path(folder) / "again.db"
        with serve(site) as url:
            crawled = [crawl(archive, "-a", f"base_url={url}", "-a", "mode=backfill") for _ in range(2)]
        replayed = replay(again, archive.parent / "captures", "-a", "run=all")
        before, after = dump(archive), dump(again)
        different = [table for table in before if before[table] != after.get(table)]
        (first, _) = paths = files_of(archive)
        readable = sum(map(is_read_by_others, paths))
        named, missed, known = 0, [], names_of(archive)
        for what, found in damages(archive, count, seed=len(before["captures"])):
            if found and {problem.url for problem in found} <= known:
                named += 1
            else:
                missed.append(what)
        taken = room([first])
    print(f"crawled twice: exit codes {[job.returncode for job in crawled]}, replay: {replayed.returncode}")
    print(
        f"{sum(map(len, before.values()))} rows of {len(before)} tables; different after the replay: {different}"
    )
    print(f"{readable} of {len(paths)} files read by warcio and FastWARC")
    print(f"{named} of {count} damages found and named; not: {missed}")
    print(f"captures take {taken:.3f} times the room of the pages gzipped one by one")
    return int(bool(different or missed) or readable < len(paths))


if __name__ == "__main__":
    sys.exit(main())
