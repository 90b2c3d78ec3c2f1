"""One width for comparing: the same text, character for character, as rules like to read it."""

import re
from functools import lru_cache

_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_DASHES = "‐‑‒–—―−﹣"
_COLONS = "∶︰﹕"
_BARS = "丨∣│┃¦"

_FOLD = (
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(_SPACES + INVISIBLE + "\x00\x01", " ")
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_COLONS, ":")
    | dict.fromkeys(_BARS, "|")
    | {"\r": "\n"}
)

_FOLDABLE = re.compile(f"[{''.join(_FOLD)}]")


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """The text with full-width characters, odd spaces, dashes and colons made plain.

    One character stays one character, so a place found in the folded text is the
    same place in the printed text and can be cut out there as it was printed. The last
    few answers are kept: one line is folded by several rules in turn.
    """
    text = text.replace("：", ":").replace("\u3000", " ")  # nearly every line holds these, few hold others
    return _FOLDABLE.sub(_folded_character, text) if _FOLDABLE.search(text) else text


def _folded_character(found: re.Match[str]) -> str:
    return _FOLD[found[0]]
