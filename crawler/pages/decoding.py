"""Bytes to text, by the bytes: what a page says of its charset is one opinion among several."""

import codecs
import re
from collections.abc import Iterator

from pipelines.refusals import Undecodable

REPLACEMENT = "\ufffd"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# On one real site the meta stands after <body>, so the search does not stop at the head.
_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE
)
_META_WITHIN = 64_000
# Pages labelled gb2312 use characters of its supersets; Python knows GB18030 as the widest of them.
_FAMILIES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "utf8": "utf-8",
    "big5": "big5hkscs",
}
_ASCII = bytes(range(0x80))
_CONTROLS = bytes({*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F})
# Each begins with one known byte: such a search is several times faster than one for a set of characters.
_UNPRINTABLE = tuple(
    map(
        re.compile,
        (
            rb"\xc2[\x80-\x84\x86-\x9f]",
            rb"\xe2(?:\x80[\x8b\x8e\x8f\xaa-\xae]|\x81[\xa0-\xa9])",
            rb"\xef(?:\xbb\xbf|\xbf[\xbe\xbf])",
        ),
    )
)
"""Control and direction characters beyond ASCII, and what is no character, as they stand in UTF-8."""

_SAMPLE = 1_200
"""Bytes of UTF-8: four hundred hanzi."""

_STRETCH = 2_000

_FIRST_LEVEL = bytes(
    byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail)
)
_BIG5_LEVEL = bytes(
    byte for lead in range(0xA4, 0xC6) for trail in range(0xA1, 0xFF) for byte in (lead, trail)
)
_COMMON = frozenset(
    _FIRST_LEVEL.decode("gb2312", "ignore")
    + _BIG5_LEVEL.decode("big5", "ignore")
    + "".join(map(chr, (*range(0x2010, 0x2C00), *range(0x3000, 0x3040), *range(0xFF00, 0xFFF0))))
    + "\xa0\xb7\xa9\xd7\xbb\xab\xae\xb0"
)
"""The hanzi of the first level of GB 2312 and some of Big5, and the marks pages print."""

_PLAUSIBLE = 0.7
_TOLERATED_DAMAGE = 0.001
"""Share of characters that may be broken: a title cut in the middle of a character spoils no article."""


def as_utf8(body: bytes, declared: str | None = None) -> bytes:
    """Return the text of a page as UTF-8, without control and direction characters.

    A few broken bytes come out as U+FFFD, so that a description cut in the middle of a
    character does not cost the article; whoever stores a field looks for them.

    Args:
        body: the response as received.
        declared: the charset the response header states, if any.

    Raises:
        Undecodable: the bytes are text in no charset.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _printable(_encoded(_strictly_or_nearly(body[len(bom) :], encoding)))
    fallback: str | None = None
    for encoding in _opinions(body, declared):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        likeness = plausibility(text)
        if likeness >= _PLAUSIBLE:
            whole = _without_lost(text)
            return _printable(body if encoding == "utf-8" and whole is text else _encoded(whole))
        if fallback is None and (encoding == "utf-8" or likeness >= _PLAUSIBLE / 2):
            fallback = text
    return _printable(_encoded(_least_damaged(body) if fallback is None else _without_lost(fallback)))


def plausibility(text: str) -> float:
    """Return how much the text looks like a Chinese page: 0 to 1, 1 where nothing speaks against it.

    A wrong charset gives hanzi too, but rare ones: nearly all characters of real text are
    common ones, a few per cent of a wrong decoding are.
    """
    sample = b""
    for start in range(0, len(text), _STRETCH):
        sample += text[start : start + _STRETCH].encode("utf-8", "replace").translate(None, _ASCII)
        if len(sample) >= _SAMPLE:
            break
    wide = sample[:_SAMPLE].decode("utf-8", "ignore")
    return sum(map(_COMMON.__contains__, wide)) / len(wide) if wide else 1.0


def _opinions(body: bytes, declared: str | None) -> Iterator[str]:
    yield "utf-8"
    if b"\x00" in body[:_META_WITHIN]:
        yield from ("utf-16-le", "utf-16-be")
    for label in (declared, _stated_in_page(body)):
        if label and (encoding := _encoding_of(label)):
            yield encoding
    yield "gb18030"


def _stated_in_page(body: bytes) -> str | None:
    found = _META.search(body, 0, _META_WITHIN)
    return found[1].decode("ascii", "replace") if found else None


def _encoding_of(label: str) -> str | None:
    label = label.strip().lower()
    label = _FAMILIES.get(label.replace("-", "").replace("_", ""), label)
    try:
        return codecs.lookup(label).name
    except LookupError:
        return None


def _strictly_or_nearly(body: bytes, encoding: str) -> str:
    text = body.decode(encoding, "replace")
    if text.count(REPLACEMENT) > _TOLERATED_DAMAGE * len(text):
        raise Undecodable(f"not {encoding}, whatever its first bytes say")
    return text


def _least_damaged(body: bytes) -> str:
    """Return the reading with the fewest broken characters, if there are next to none."""
    readings = [body.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    text = min(readings, key=lambda reading: reading.count(REPLACEMENT))
    if text.count(REPLACEMENT) > _TOLERATED_DAMAGE * len(text) or plausibility(text) < _PLAUSIBLE:
        raise Undecodable("text in no charset known here")
    return text


def _without_lost(text: str) -> str:
    """Return the text without the U+FFFD of the site's own bytes, each a character lost long ago.

    Where there are more than a few they stay, and spoil the field they stand in.
    """
    lost = text.count(REPLACEMENT)
    return text.replace(REPLACEMENT, "") if 0 < lost <= _TOLERATED_DAMAGE * len(text) else text


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _printable(data: bytes) -> bytes:
    """Return UTF-8 without control and direction characters."""
    data = data.translate(None, _CONTROLS)
    for unprintable in _UNPRINTABLE:
        data = unprintable.sub(b"", data)
    return data
