"""The info line of a page: one printed string, and the facts it states."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from pipelines.folding import INVISIBLE, fold
from pipelines.labels import LABELS, Field, Piece, blanked, cut
from pipelines.names import is_body, is_no_name, is_person, is_place, is_surely_person, sure_names
from pipelines.people import credits_of
from pipelines.sources import is_control, is_outlet, is_plain_source, source_words
from pipelines.timestamps import SITE_ZONE, Moment, Stamp, find_moments, parse_moment
from storage.article import Contributor, Provenance


@dataclass(slots=True)
class Byline:
    """What an info line states; what it does not state is None or empty."""

    published: Moment | None
    published_raw: str | None
    """The printed text of the time, kept even where no instant could be read from it."""

    modified: Moment | None
    source_raw: str | None
    contributors: tuple[Contributor, ...]
    provenance: Mapping[str, Provenance]
    """For each fact, under the name of the article's field: the rule and the printed text."""


_CLOCK_ONLY = re.compile(r"\d{1,2}\s?[:：]\s?\d{2}(?:\s?[:：]\s?\d{2})?")
_TEMPLATE_TAG = re.compile(r"\[!--.*?--\]|<!--.*?-->|&(?:nbsp|ensp|emsp);")
_PAGE_OF_PAPER = re.compile(r"第?[A-Za-z]?\d{1,3}版.{0,8}")
_SPACED_NAME = re.compile(r"(?<=[\u4e00-\u9fff]) ([\u4e00-\u9fff]) ([\u4e00-\u9fff])$")
_CRUMBS = re.compile(r"^.*[>＞»›]\s*\S*")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\s|/,;，、；｜／•]+")
_BLANKS = " \t\n\u3000\xa0" + INVISIBLE
_EDGES = _BLANKS + "()（）[]【】|｜,，;；/／•-—:："
_LOOSE = _BLANKS + "|｜,，;；/／•"
_LOOSE_MARKS = _LOOSE + "。、:：-—·>"
_BRACKETS = (("(", ")"), ("（", "）"), ("[", "]"), ("【", "】"))
_MARK = re.compile(r"[:：丨|文图摄]")
_DAY = re.compile(r"\d(?:\s?[-/.年月．－／]\s?\d|\d{7})")
_WORDS = re.compile(
    r"年以?前|天以?前|时以?前|钟以?前|今[天日]|昨[天日]|前[天日]|刚刚|年.{1,3}月|记者|来源|作者|通讯员|编辑|责编"
    r"|发[布表]于"
)
"""Signs of an info line. Apart, as a search for what begins with known characters is several times faster."""

_OF_TIME = re.compile("[时日期]")
_VERB_BEHIND = re.compile(r" ?(发布|发表|更新|修改)(?![\u4e00-\u9fff:])")
_PROSE = re.compile(r"[。！？…“”‘’]|^[^:：]*[(（][^)）]*\d ?版")
_FREE = Piece(None, None, 0, 0)
_LAST_DAY = datetime(9998, 12, 31, 23, 59, tzinfo=SITE_ZONE)
_LONGEST_BYLINE, _LONGEST_LINE = 200, 2000
"""Beyond the one a text is no info line, beyond the other it is not read on."""

_SHORT_NAME = 8
_ENOUGH = 2
_SPARE = 4
_TIMES = ("published", "modified")
_RANK: dict[Field | None, int] = {"published": 0, None: 1, "modified": 2}
"""Which time is the publication: one labelled so before one without such a label."""

_OUTLETS = ("source", "issuer")
"""Fields of the outlet; who issued a notice counts where no source is named."""

_UNLABELLED = 0.8
"""How sure a fact is that no label names; one behind a label is sure."""


@dataclass(slots=True)
class _Line:
    """A line with its stamps found and its labels cut."""

    text: str
    pieces: list[Piece]
    stamps: list[tuple[Piece, Stamp]]
    """Each stamp with the piece it ends, whose label, if any, says what the time is."""

    @property
    def is_bare_claim(self) -> bool:
        """Whether one label and no time is all there is: a title may look like that."""
        return not self.stamps and sum(piece.label is not None for piece in self.pieces) == 1

    def is_of_no_interest(self, piece: Piece) -> bool:
        """Whether the time behind a stretch is that of an unknown label: `截止日期：2020-10-26`.

        In `录入：周大山 2020-10-26` a word and a gap stand between the two.
        """
        if piece.field != "ignored":
            return False
        label, value = piece.label or "", self.text[piece.start : piece.end]
        return not value.strip(_EDGES) or value[-1] not in _EDGES or _OF_TIME.search(label) is not None

    def value(self, piece: Piece) -> str:
        return self.text[piece.start : piece.end].strip(_EDGES)


def parse_byline(text: str | None, *, base: datetime, listed: str | None = None) -> Byline:
    """The facts an info line states.

    Args:
        text: the line as printed; pieces that stand apart on the page are joined by a newline.
        base: when the page was received: relative dates count back from it, later dates are refused.
        listed: the date the list entry that led here prints; it lends its year to a month and day.
    """
    if not text or not text.strip():
        return Byline(None, None, None, None, (), {})
    line = _read_line(text[:_LONGEST_LINE], base, listed)
    provenance: dict[str, Provenance] = {}
    published, raw, modified = _times(line, base, provenance)
    free = _free_words(line)
    source, rest = _source(line, free, provenance)
    people = _people(line, free, rest, provenance)
    return Byline(published, raw, modified, source, tuple(people), provenance)


def is_byline(text: str) -> bool:
    """Whether a short line of a page is its info line, not a title or a sentence that holds a date.

    Something must be stated, by a label that fits its value or by a full date, and
    next to nothing may be left that no label, time, outlet or name explains.
    """
    if len(text) > _LONGEST_BYLINE or not is_promising(text) or _PROSE.search(text):
        return False
    line = _read_alone(text)
    states = _is_dated(line) or sum(_weight(line, piece) for piece in line.pieces) >= _ENOUGH
    return states and sum(_unexplained(line, piece) for piece in line.pieces) <= _SPARE


def tells_time(text: str) -> bool:
    """Whether a line prints when something was published, if only roughly; not when a document was signed."""
    line = _read_alone(text)
    return any(not line.is_of_no_interest(piece) for piece, _ in line.stamps)


def is_promising(text: str) -> bool:
    """Whether a line has a sign of an info line in it: cheap to ask of every line of a page."""
    return bool(_MARK.search(text) or _DAY.search(text) or _WORDS.search(text))


def _is_dated(line: _Line) -> bool:
    """Whether a full date stands there that no unknown label claims, or any time behind its own label."""
    return any(
        not line.is_of_no_interest(piece) and (stamp.moment or piece.field in _TIMES)
        for piece, stamp in line.stamps
    )


def _weight(line: _Line, piece: Piece) -> int:
    """How much a label says for the line: two where it fits its value, one where it stands empty."""
    if piece.label is None or piece.field == "ignored":
        return 0
    if not line.value(piece):
        return 0 if piece.bare else 1
    return _ENOUGH if _fits(line, piece) else 0


def _fits(line: _Line, piece: Piece) -> bool:
    """Whether a label and its value belong together."""
    value = line.value(piece)
    if piece.field in _TIMES:
        return _CLOCK_ONLY.fullmatch(value) is not None
    if piece.field in _OUTLETS:
        return _labelled_source(line, piece) is not None
    people = credits_of(line.text, [piece])
    if people and line.is_bare_claim and len(value) > _SHORT_NAME:
        return value.isascii() or all(is_person(person.name) for person in people)
    return bool(people) or _is_known(value) or value.isascii()


def _unexplained(line: _Line, piece: Piece) -> int:
    """How many characters of a stretch nothing known accounts for."""
    value = line.value(piece)
    if not value or piece.field == "ignored" or (piece.label and _fits(line, piece)):
        return 0
    if piece.label:
        return len(value)
    named = {person.name for person in sure_names(value)}
    return sum(len(word) for word in _words(value) if word not in named and not _is_known(word))


def _is_known(word: str) -> bool:
    return (
        is_outlet(word)
        or is_surely_person(word)
        or is_no_name(word)
        or is_body(word)
        or is_control(word)
        or _CLOCK_ONLY.fullmatch(word) is not None
        or _PAGE_OF_PAPER.fullmatch(word) is not None
    )


@lru_cache(maxsize=8)
def _read_alone(text: str) -> _Line:
    """A line of a page, whenever it was received; the last few are kept, as several rules ask of one in turn."""
    return _read_line(text, _LAST_DAY)


def _read_line(text: str, base: datetime, listed: str | None = None) -> _Line:
    if "!--" in text or "&" in text:
        text = _TEMPLATE_TAG.sub(lambda tag: " " * len(tag[0]), text)
    folded = fold(text)
    stamps = find_moments(text, base=base, listed=_listed_day(listed, base) if listed else None)
    for stamp in stamps:
        folded = blanked(folded, stamp.start, stamp.end)
    pieces: list[Piece] = []
    stamped: list[tuple[Piece, Stamp]] = []
    start = 0
    for stamp in stamps:
        pieces += cut(folded, start, stamp.start)
        before = pieces[-1] if pieces else _FREE
        stamped.append((before if before.end == stamp.start else _FREE, stamp))
        start = stamp.end
    pieces += cut(folded, start)
    return _Line(text, pieces, _with_verbs(folded, stamped) if stamps else [])


def _with_verbs(folded: str, stamped: list[tuple[Piece, Stamp]]) -> list[tuple[Piece, Stamp]]:
    """`2020-10-26 发布 2020-10-27 更新`: a verb behind the last time says that verbs stand behind."""
    if not _VERB_BEHIND.match(folded, stamped[-1][1].end):
        return stamped
    verbs = [_VERB_BEHIND.match(folded, stamp.end) for _, stamp in stamped]
    return [
        (Piece(verb[1], LABELS[verb[1]], stamp.start, stamp.start), stamp)
        if verb and not piece.label
        else (piece, stamp)
        for verb, (piece, stamp) in zip(verbs, stamped, strict=True)
    ]


def _listed_day(listed: str, base: datetime) -> date | None:
    moment = parse_moment(listed, base=base)
    return moment.at.date() if moment else None


def _times(
    line: _Line, base: datetime, provenance: dict[str, Provenance]
) -> tuple[Moment | None, str | None, Moment | None]:
    """Publication, its printed text, modification.

    A time labelled as publication comes first, then one without a label of its own; a
    time of modification that stands alone is the publication.
    """
    claims = _claims(line, base)
    published = modified = None
    for claim in claims:
        if not claim[1].moment:
            continue
        if not published:
            published = claim
        elif claim[0].field == "modified" != published[0].field:
            modified = claim
            break
    if not published:
        return None, claims[0][1].printed if claims else None, None
    if modified:
        provenance["modified_at"] = _provenance(*modified)
    if len(claims) > 1:
        published = _with_clock(published, claims, base)
    provenance["published_at"] = _provenance(*published)
    return published[1].moment, published[1].printed, modified[1].moment if modified else None


_Claim = tuple[Piece, Stamp]
"""A time the line prints, and the stretch before it, whose label, if any, says what the time is."""


def _claims(line: _Line, base: datetime) -> list[_Claim]:
    """The times printed, those labelled as publication first."""
    claims = [claim for claim in line.stamps if not line.is_of_no_interest(claim[0])]
    for piece in line.pieces:
        if piece.field in _TIMES and piece.start < piece.end and not line.is_bare_claim:
            claims += _claims_without_stamp(line, piece, base)
    return sorted(claims, key=_rank) if len(claims) > 1 else claims


def _claims_without_stamp(line: _Line, piece: Piece, base: datetime) -> list[_Claim]:
    """What stands behind a label of time and is in no form known: `待定`, a bare clock, a rare date."""
    stamped = [before for before, _ in line.stamps]
    value = "" if piece in stamped else line.value(piece)
    if not value or is_outlet(value) or is_person(value):
        return []
    return [(piece, Stamp(piece.start, piece.end, value, parse_moment(value, base=base)))]


def _rank(claim: _Claim) -> int:
    return _RANK.get(claim[0].field, _RANK[None])


def _with_clock(published: _Claim, claims: list[_Claim], base: datetime) -> _Claim:
    """`日期：2020-10-26 时间：09:41`: date and clock under two labels are one time."""
    piece, stamp = published
    for claim in claims:
        if _rank(claim) == _rank(published) and _CLOCK_ONLY.fullmatch(claim[1].printed):
            both = f"{stamp.printed} {claim[1].printed}"
            moment = parse_moment(both, base=base)
            return (piece, Stamp(stamp.start, stamp.end, both, moment)) if moment else published
    return published


def _provenance(piece: Piece, stamp: Stamp) -> Provenance:
    assert stamp.moment is not None
    if piece.field in _TIMES:
        return Provenance(f"label:{piece.label} {stamp.moment.rule}", stamp.printed)
    return Provenance(f"unlabelled {stamp.moment.rule}", stamp.printed, _UNLABELLED)


_FreeWords = Mapping[int, Sequence[str]]
"""The words no label speaks for, by the place of their stretch among the pieces."""


def _free_words(line: _Line) -> _FreeWords:
    """A lone text without any time or label is not read at all."""
    if not line.stamps and not any(piece.label for piece in line.pieces):
        return {}
    free: dict[int, list[str]] = {}
    for at, piece in enumerate(line.pieces):
        if not piece.label:
            free[at] = _words(_CRUMBS.sub("", line.text[piece.start : piece.end]))
    return free


def _source(
    line: _Line, free: _FreeWords, provenance: dict[str, Provenance]
) -> tuple[str | None, Piece | None]:
    """The outlet as printed, and what stands behind it under the same label."""
    for wanted in _OUTLETS:
        for piece in line.pieces:
            if piece.field == wanted and (found := _labelled_source(line, piece)):
                provenance["source"] = _named_by(piece.label, found[0])
                return found
    for words in free.values():
        for word in words:
            if is_outlet(word):
                provenance["source"] = Provenance("unlabelled outlet", word, _UNLABELLED)
                return word, None
    desk = next((words[0] for words in free.values() if len(words) == 1 and is_body(words[0])), None)
    if desk and line.stamps:
        provenance["source"] = Provenance("unlabelled desk", desk, _UNLABELLED)
        return desk, None
    return None, None


@lru_cache(maxsize=4096)
def _named_by(label: str | None, printed: str) -> Provenance:
    """The provenance of an outlet behind a label: both come back on page after page."""
    return Provenance(f"label:{label}", printed)


def _labelled_source(line: _Line, piece: Piece) -> tuple[str, Piece | None] | None:
    name, person = _outlet_and_person(line.text[piece.start : piece.end])
    if name is None or (line.is_bare_claim and not is_plain_source(name)):
        return None
    if person is None:
        return name, None
    return name, Piece(None, "author", line.text.index(person, piece.start), piece.end)


@lru_cache(maxsize=4096)
def _outlet_and_person(value: str) -> tuple[str | None, str | None]:
    """`沂川日报 林可 分享` is an outlet, a person and a control of the page."""
    value = _without_odd_brackets(value.strip(_LOOSE))
    spaced = _SPACED_NAME.search(value)
    if spaced and is_surely_person(spaced[1] + spaced[2]):
        return _outlet_and_person(value[: spaced.start()])[0], spaced[0].strip()
    words = list(dict.fromkeys(source_words(value)))
    if len(words) > 1 and is_place(words[-1]):
        words.pop()
    person = next((word for word in words[1:] if is_surely_person(word)), None)
    name = " ".join(words[: words.index(person, 1)] if person else words).strip(_LOOSE_MARKS)
    return (name if _LETTER.search(name) else None), person


def _without_odd_brackets(value: str) -> str:
    """`沂川日报】` and `（沂川日报` lose the bracket that belongs to the line, `【沂川日报】` keeps both."""
    value = value.rstrip(_BLANKS + "(（[【").lstrip(_BLANKS + ")）]】")
    for opening, closing in _BRACKETS:
        if value.endswith(closing) and opening not in value:
            value = value[:-1]
        if value.startswith(opening) and closing not in value:
            value = value[1:]
    return value


def _words(text: str) -> list[str]:
    return [bare for word in _WORD.findall(text) if (bare := _unwrapped(word.strip("()（）【】〈〉:：-—·")))]


def _unwrapped(word: str) -> str:
    """`《沂川周刊》` loses its marks, `《沂川》杂志` keeps them."""
    return word if "《" in word[:1] and "》" in word[1:-1] else word.strip("《》")


def _people(
    line: _Line, free: _FreeWords, rest: Piece | None, provenance: dict[str, Provenance]
) -> list[Contributor]:
    pieces = [*line.pieces, rest] if rest else [*line.pieces]
    for at, words in free.items():
        pieces[at] = _as_author(line, pieces[at], words)
    people = credits_of(line.text, pieces)
    if people:
        provenance["contributors"] = _people_provenance(people)
    return people


def _people_provenance(people: list[Contributor]) -> Provenance:
    rules: dict[str, None] = {}
    names: list[str] = []
    certainty = 1.0
    for person in people:
        names.append(person.name)
        if person.label:
            rules[f"label:{person.label}"] = None
        else:
            rules["unlabelled name"] = None
            certainty = _UNLABELLED
    return Provenance(" ".join(rules), "、".join(names), certainty)


def _as_author(line: _Line, piece: Piece, words: Sequence[str]) -> Piece:
    """A free stretch names authors if nothing in it is an outlet and a name is sure."""
    named = [word for word in words if not is_outlet(word)]
    if not named:
        return piece
    start = line.text.index(named[0], piece.start)
    return Piece(None, "author", start, piece.end)
