"""`nongshang stats`: the state of an archive, drawn in the terminal."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection, text

from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from nongshang.terminal import harmless

Count = tuple[str | None, int]

_WIDTH = 40
_MOST = 15


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles there are, and of what kind; a name is None where pages state none."""

    articles: int
    months: Sequence[Count]
    sections: Sequence[Count]
    sources: Sequence[Count]
    contributors: Sequence[Count]
    runs: Sequence[Mapping[str, Any]]
    """The last ones, newest first."""


def counts(connection: Connection) -> Counts:
    """Count the archive, by its views."""

    def pairs(query: str) -> list[Count]:
        return [(name, number) for name, number in connection.execute(text(query))]

    most = "ORDER BY articles DESC, 1"
    return Counts(
        connection.scalar(text("SELECT count(*) FROM articles")) or 0,
        pairs("SELECT substr(day, 1, 7), sum(articles) FROM daily_counts GROUP BY 1 ORDER BY 1"),
        pairs(f"SELECT section, articles FROM section_counts {most}"),  # noqa: S608 - our own words
        pairs(f"SELECT source, articles FROM source_counts {most}"),  # noqa: S608
        pairs(f"SELECT name, articles FROM contributor_counts {most} LIMIT 100"),  # noqa: S608
        [dict(row) for row in connection.execute(text(_LAST_RUNS)).mappings()],
    )


_LAST_RUNS = """
SELECT run_id, started_at, verdict, finding FROM run_health
WHERE run_id > (SELECT coalesce(max(run_id), 0) - 10 FROM run_health)
ORDER BY run_id DESC
"""


def stats(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Draw articles a month, by section and by source."""
    with open_for_reading(archive) as opened, opened.read() as connection:
        counted = counts(connection)
    if as_json:
        sys.stdout.write(json.dumps(asdict(counted), ensure_ascii=False, default=str) + "\n")
        return
    console = Console(highlight=False)
    console.print(f"{counted.articles:,} articles")
    for heading, lines in (
        ("a month", counted.months[-36:]),
        ("by section", counted.sections[:_MOST]),
        ("by source", counted.sources[:_MOST]),
        ("by person", counted.contributors[:_MOST]),
    ):
        _draw(console, heading, lines)


def _draw(console: Console, heading: str, lines: Sequence[Count]) -> None:
    console.print(Text(f"\n{heading}", style="bold"))
    most = max((number for _, number in lines), default=1)
    labels = [Text(harmless(name or "—")) for name, _ in lines]
    wide = max((label.cell_len for label in labels), default=0)
    for label, (_, number) in zip(labels, lines, strict=True):
        bar = "█" * max(1, round(number / most * _WIDTH))
        padding = " " * (wide - label.cell_len)
        console.print(Text.assemble(label, padding, "  ", (bar, "cyan"), f" {number:,}"), soft_wrap=True)
