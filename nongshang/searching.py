"""`nongshang search`: a question in Chinese."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from storage.search import Hit
from storage.search import search as find


def search(
    words: Annotated[list[str], typer.Argument(help="Words that must all occur; two characters are enough.")],
    *,
    limit: Annotated[int, typer.Option(min=1, help="Articles at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Find the articles that hold every word, newest first."""
    with open_for_reading(archive) as opened, opened.read() as connection:
        hits = find(connection, words, limit=limit)
    for hit in hits:
        if as_json:
            sys.stdout.write(json.dumps(_as_line(hit), ensure_ascii=False) + "\n")
        else:
            _show(hit, words)
    if not hits and not as_json:
        print(f"no article holds {'、'.join(words)}")


def _as_line(hit: Hit) -> dict[str, object]:
    return {**asdict(hit), "published_at": hit.published_at.isoformat() if hit.published_at else None}


def _show(hit: Hit, words: list[str]) -> None:
    day = hit.published_at.date().isoformat() if hit.published_at else "no date   "
    head = Text(f"{day}  {hit.title}", style="bold")
    body = Text(f"            {hit.source or '—'}  {hit.snippet}")
    body.highlight_words(words, style="reverse", case_sensitive=False)
    console = Console(soft_wrap=True)
    console.print(head)
    console.print(body)
