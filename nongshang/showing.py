"""`nongshang show`: one article, where it stands, and where it comes from."""

import json
import sys
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from nongshang.archive import DEFAULT_URL, LARGEST, ArchiveUrl, open_for_reading
from nongshang.articles import Told, load
from nongshang.errors import refuse
from nongshang.terminal import harmless


def show(
    number: Annotated[int, typer.Argument(max=LARGEST, help="Number of the article, as `search` prints it.")],
    *,
    why: Annotated[
        bool, typer.Option("--why", help="The rule and the printed text behind each field.")
    ] = False,
    cite: Annotated[bool, typer.Option("--cite", help="Only the citation line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Show an article, its copies and revisions, and a citation line ready to paste."""
    with open_for_reading(archive) as opened, opened.read() as connection:
        told = load(connection, number)
    if told is None:
        refuse(f"there is no article {number}")
    if as_json:
        sys.stdout.write(json.dumps(as_object(told), ensure_ascii=False, default=_iso) + "\n")
        return
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if not cite:
        _show_text(console, told)
        _show_whereabouts(console, told)
        if why:
            _show_why(console, told)
    console.print(harmless(told.citation))


def as_object(told: Told) -> dict[str, Any]:
    """An article as programs read it."""
    return {
        **told.article,
        "contributors": [dict(line) for line in told.contributors],
        "attachments": [dict(line) for line in told.attachments],
        "copies": [dict(line) for line in told.copies],
        "revisions": [
            {name: line[name] for name in ("id", "url", "seen_at", "cause", "title")}
            for line in told.revisions
        ],
        "citation": told.citation,
    }


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {value!r}")


def _show_text(console: Console, told: Told) -> None:
    article = told.article
    for name, style in (("kicker", ""), ("title", "bold"), ("subtitle", "")):
        if article[name]:
            console.print(harmless(article[name]), style=style)
    people = "、".join(line["name"] for line in told.contributors)
    facts = (article["section"], article["published_at"], article["source"], people)
    console.print(harmless("  ".join(str(fact) for fact in facts if fact)), style="dim")
    console.print()
    console.print(harmless(article["body"]))
    console.print()
    for line in told.attachments:
        console.print(harmless(f"[{line['kind']}] {line['text'] or ''} {line['url']}"))


def _show_whereabouts(console: Console, told: Told) -> None:
    for line in told.copies:
        gone = f", gone since {line['gone_at']}" if line["gone_at"] else ""
        console.print(
            harmless(
                f"{line['kind']:9}  {line['similarity']:.3f}  {line['url']}  since {line['first_seen_at']}{gone}"
            )
        )
    for line in told.revisions:
        console.print(harmless(f"revision {line['id']}  {line['seen_at']}  {line['cause']}  {line['title']}"))
    console.print()


def _show_why(console: Console, told: Told) -> None:
    table = Table("field", "rule", "printed")
    for field, line in told.article["provenance"].items():
        table.add_row(field, line["rule"], harmless(line["printed"] or ""))
    console.print(table)
