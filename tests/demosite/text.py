"""The light notation story bodies are written in, and the editor markup they become.

a paragraph is one line
## heading            - list item            | table | row |
![caption](picture)   [words](file)          === starts the next page
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from string import ascii_letters, digits
from typing import Literal

Kind = Literal["paragraph", "heading", "item", "row", "image", "caption", "file"]

PAGE_BREAK = "==="
PICTURE_OR_FILE = re.compile(r"(?P<picture>!?)\[(?P<words>.*)\]\((?P<url>\S+)\)(?P<silent>!?)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a body, or a picture or file that stands in it."""

    kind: Kind
    text: str
    url: str = ""

    @property
    def is_printed(self) -> bool:
        """True where a reader sees the words; those of a picture are its alternative text."""
        return self.kind != "image"

    @property
    def is_attached(self) -> bool:
        """True for a picture or file."""
        return self.kind in {"image", "file"}


def lines_of(text: str) -> tuple[tuple[Line, ...], ...]:
    """A body's lines, one tuple a page."""
    pages = text.strip().split(f"\n{PAGE_BREAK}\n")
    return tuple(tuple(_page(page)) for page in pages)


def _page(text: str) -> Iterator[Line]:
    for raw in filter(None, map(str.strip, text.splitlines())):
        yield from _lines(raw)


def _lines(raw: str) -> Iterator[Line]:
    link = PICTURE_OR_FILE.fullmatch(raw)
    if link and link["picture"]:
        yield Line("image", link["words"], link["url"])
        # `!` behind the address: the words are the alternative text only, no caption is printed.
        if not link["silent"]:
            yield Line("caption", link["words"])
    elif link:
        yield Line("file", link["words"], link["url"])
    elif raw.startswith("## "):
        yield Line("heading", raw[3:])
    elif raw.startswith("- "):
        yield Line("item", raw[2:])
    elif raw.startswith("|"):
        yield Line("row", raw.strip("| "))
    else:
        yield Line("paragraph", raw)


Paragraph = Callable[[str], str]


def body_html(lines: tuple[Line, ...], style: str, noise: random.Random) -> str:
    """The lines as an editor would have left them, in one of the habits of `STYLES`."""
    paragraph = STYLES[style](noise)
    blocks = (
        _block(kind, list(group), paragraph) for kind, group in groupby(lines, key=lambda line: line.kind)
    )
    return "\n".join(blocks)


def _block(kind: Kind, lines: list[Line], paragraph: Paragraph) -> str:
    if kind == "row":
        return _table(lines)
    if kind == "item":
        return "<ul>\n" + "\n".join(f"<li>{_inline(line.text)}</li>" for line in lines) + "\n</ul>"
    return "\n".join(_single(line, paragraph) for line in lines)


def _single(line: Line, paragraph: Paragraph) -> str:
    words = _inline(line.text)
    match line.kind:
        case "heading":
            return paragraph(f"<strong>{words}</strong>")
        case "image":
            picture = f'<img border="0" alt="{escape(line.text)}" src="{line.url}" width="120" height="80" />'
            return f'<p align="center">{picture}</p>'
        case "caption":
            return f'<p align="center"><font color="#666666">{words}</font></p>'
        case "file":
            return f'<p><a href="{line.url}" target="_blank">{words}</a></p>'
        case _:
            return paragraph(words)


def _table(rows: list[Line]) -> str:
    cells = [[_inline(cell.strip()) for cell in row.text.split("|")] for row in rows]
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
    return f'<table border="1" cellspacing="0" align="center">\n<tbody>\n{body}\n</tbody>\n</table>'


def _inline(text: str) -> str:
    """Text as the web editor stores it: curly quotes become entities."""
    return escape(text, quote=False).replace("“", "&ldquo;").replace("”", "&rdquo;")


def _indent(_: random.Random) -> Paragraph:
    return lambda words: f'<p style="text-indent: 2em">{words}</p>'


def _break(_: random.Random) -> Paragraph:
    return lambda words: f"\u3000\u3000{words}<br />\n<br />"


def _upper(_: random.Random) -> Paragraph:
    return lambda words: f"<P><FONT size=3>&nbsp;&nbsp;&nbsp; {words}</FONT></P>"


def _word(_: random.Random) -> Paragraph:
    """Pasted from Word: figures in spans of their own, an empty paragraph after each full one."""
    empty = '<p class="MsoNormal"><span lang="EN-US"><o:p>&nbsp;</o:p></span></p>'

    def paragraph(words: str) -> str:
        figures = re.sub(r"\d[\d.]*%?", r'</span><span lang="EN-US">\g<0></span><span>', words)
        return (
            '<p class="MsoNormal" style="text-indent: 24pt; mso-char-indent-count: 2.0">'
            f'<span style="font-family: 宋体; mso-ascii-font-family: Calibri">{figures}</span>'
            f'<span lang="EN-US"><o:p></o:p></span></p>\n{empty}'
        )

    return paragraph


def _guarded(noise: random.Random) -> Paragraph:
    """With the anti-copy option of the CMS: hidden characters, other ones at every regeneration."""

    def paragraph(words: str) -> str:
        junk = "".join(noise.choices(ascii_letters + digits, k=3)) + "农商行网演示站"
        return f'<p style="text-indent: 2em">{words}<span style="display:none">{junk}</span></p>'

    return paragraph


STYLES: dict[str, Callable[[random.Random], Paragraph]] = {
    "indent": _indent,
    "break": _break,
    "word": _word,
    "upper": _upper,
    "guarded": _guarded,
}
