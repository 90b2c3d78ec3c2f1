"""`nongshang search`: a question in Chinese."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from nongshang.archive import DEFAULT_URL, LARGEST, ArchiveUrl, open_for_reading
from nongshang.errors import refuse
from nongshang.terminal import harmless
from storage.question import QuestionError
from storage.search import Hit, Order, Query, Span, count, find_words
from storage.search import search as find

Section = Annotated[str | None, typer.Option(help="A section's path, or any step of it: 农商要闻.")]
Source = Annotated[str | None, typer.Option(help="An outlet, in any spelling seen.")]
Person = Annotated[str | None, typer.Option(help="A name credited.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, site time.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, site time.")]

_SYNTAX = 'Words that must all occur; two characters are enough. Also "a phrase", OR, NOT and ( ).'


def search(  # noqa: PLR0913 - one an option
    words: Annotated[list[str], typer.Argument(help=_SYNTAX)],
    *,
    section: Section = None,
    source: Source = None,
    person: Person = None,
    since: Since = None,
    until: Until = None,
    order: Annotated[Order, typer.Option(help="Which come first.")] = "newest",
    limit: Annotated[int, typer.Option(min=1, max=LARGEST, help="Articles at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    only_count: Annotated[bool, typer.Option("--count", help="Only how many there are.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Find the articles that answer a question, newest first.

    Width, case, and simplified or traditional characters make no difference.
    """
    query = make_query(
        " ".join(words), section=section, source=source, person=person, since=since, until=until, order=order
    )
    with open_for_reading(archive) as opened, opened.read() as connection:
        if only_count:
            print(count(connection, query))
            return
        hits = find(connection, query, limit=limit)
        total = len(hits) if len(hits) < limit or as_json else count(connection, query)
    for hit in hits:
        if as_json:
            sys.stdout.write(json.dumps(as_line(hit), ensure_ascii=False) + "\n")
        else:
            _show(hit, query.words)
    if not as_json:
        _conclude(len(hits), total)


def make_query(asked: str, *, since: datetime | None, until: datetime | None, **filters: Any) -> Query:
    """The query the options speak of; one line if it can't be asked."""
    try:
        return Query.of(
            asked, since=since.date() if since else None, until=until.date() if until else None, **filters
        )
    except QuestionError as error:
        refuse(error)


def as_line(hit: Hit) -> dict[str, object]:
    """A hit as programs read it."""
    return {**asdict(hit), "published_at": hit.published_at.isoformat() if hit.published_at else None}


def _show(hit: Hit, words: list[str]) -> None:
    day = hit.published_at.date().isoformat() if hit.published_at else "no date   "
    title = harmless(hit.title)
    console = Console(soft_wrap=True)
    console.print(Text(f"{hit.id:>8}  {day}  "), _marked(title, find_words(title, words), "bold"), sep="")
    console.print(
        Text(f"          {harmless(hit.source or '—')}  "), _marked(harmless(hit.snippet), hit.marks), sep=""
    )


def _marked(text: str, marks: list[Span] | tuple[Span, ...], style: str = "") -> Text:
    shown = Text(text, style=style)
    for start, end in marks:
        shown.stylize("reverse", start, end)
    return shown


def _conclude(shown: int, total: int) -> None:
    console = Console(stderr=True)
    if total == 0:
        console.print("no article answers that", highlight=False)
    elif shown < total:
        console.print(f"{shown} of {total:,} articles", highlight=False)
