"""`nongshang diff`: what the site changed in an article, paragraph by paragraph."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection, RowMapping, select

from nongshang.archive import DEFAULT_URL, LARGEST, ArchiveUrl, open_for_reading
from nongshang.errors import refuse
from storage.models import articles, revisions

FIELDS = (
    "section",
    "kicker",
    "title",
    "subtitle",
    "published_at",
    "modified_at",
    "source",
    "contributors",
    "attachments",
)

_ALIKE = 0.4
"""Two paragraphs with less in common are one taken out and one put in."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that reads differently."""

    where: str
    """A field's name, or `paragraph 3` as the newer text counts."""

    old: str | None
    new: str | None

    @property
    def marked(self) -> str:
        """In one line: `[-taken out-]{+put in+}`."""
        return "".join(_marked(kind, text) for kind, text in spans(self.old or "", self.new or ""))


Kind = Literal["kept", "removed", "added"]


def spans(old: str, new: str) -> Iterator[tuple[Kind, str]]:
    """The two texts as one, in pieces."""
    for operation, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            yield "kept", old[i1:i2]
            continue
        if i1 < i2:
            yield "removed", old[i1:i2]
        if j1 < j2:
            yield "added", new[j1:j2]


def changes_of(old: RowMapping | dict[str, Any], new: RowMapping | dict[str, Any]) -> list[Change]:
    """What differs between two revisions: fields first, then the body."""
    fields = [(name, _printed(old[name]), _printed(new[name])) for name in FIELDS]
    changed = [Change(name, before, after) for name, before, after in fields if before != after]
    return changed + list(_paragraphs(old["body"].splitlines(), new["body"].splitlines()))


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for operation, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation != "equal":
            for place, (before, after) in enumerate(zip_longest(old[i1:i2], new[j1:j2]), start=j1 + 1):
                yield from _paragraph(f"paragraph {place}", before, after)


def _paragraph(where: str, old: str | None, new: str | None) -> Iterator[Change]:
    both = old is not None and new is not None
    if both and SequenceMatcher(None, old or "", new or "", autojunk=False).ratio() < _ALIKE:
        yield Change(where, old, None)
        yield Change(where, None, new)
    else:
        yield Change(where, old, new)


def _printed(value: object) -> str | None:
    if isinstance(value, list):
        return "；".join(" ".join(str(part) for part in line.values() if part) for line in value) or None
    return None if value is None else str(value)


def diff(
    article: Annotated[int, typer.Argument(max=LARGEST, help="Number of the article.")],
    *,
    old: Annotated[int | None, typer.Option(help="Number of a revision; the one before, if none.")] = None,
    new: Annotated[int | None, typer.Option(help="Number of a revision; the latest, if none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a change.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Show what changed between two revisions of an article."""
    with open_for_reading(archive) as opened, opened.read() as connection:
        kept = _revisions(connection, article)
    if len(kept) == 1 and (old, new) == (None, None):
        print(f"article {article} never changed: it has one revision", file=sys.stderr)
        return
    before, after = _pair(article, kept, old, new)
    found = changes_of(before, after)
    if as_json:
        for change in found:
            sys.stdout.write(json.dumps(asdict(change), ensure_ascii=False) + "\n")
        return
    print(f"revision {before['id']} of {before['seen_at']} → {after['id']} of {after['seen_at']}")
    for change in found:
        _show(change)


def _revisions(connection: Connection, article: int) -> list[RowMapping]:
    """The revisions at the article's own address, or all it has where that has one only."""
    query = select(revisions).where(revisions.c.article_id == article).order_by(revisions.c.id)
    url = connection.scalar(select(articles.c.url).where(articles.c.id == article))
    if url is None:
        refuse(f"there is no article {article}")
    kept = list(connection.execute(query).mappings())
    own = [revision for revision in kept if revision["url"] == url]
    return own if len(own) > 1 else kept


def _pair(
    article: int, kept: Sequence[RowMapping], old: int | None, new: int | None
) -> tuple[RowMapping, RowMapping]:
    numbered = {revision["id"]: revision for revision in kept}
    for wanted in (old, new):
        if wanted is not None and wanted not in numbered:
            known = ", ".join(map(str, numbered))
            refuse(f"article {article} has no revision {wanted}; it has {known}")
    after = numbered[new] if new is not None else kept[-1]
    earlier = [revision for revision in kept if revision["id"] < after["id"]] or [after]
    return (numbered[old] if old is not None else earlier[-1]), after


def _marked(kind: Kind, text: str) -> str:
    return {"kept": text, "removed": f"[-{text}-]", "added": f"{{+{text}+}}"}[kind]


def _show(change: Change) -> None:
    console = Console(soft_wrap=True)
    line = Text(f"{change.where}: ", style="bold")
    styles = {"kept": "", "removed": "red strike", "added": "green"}
    for kind, text in spans(change.old or "", change.new or ""):
        # Colours say nothing in a file or to a reader who can't see them.
        line.append(text if console.is_terminal else _marked(kind, text), styles[kind])
    console.print(line)
