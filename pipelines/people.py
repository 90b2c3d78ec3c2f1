"""Who is credited: names, roles and places of work, as bylines and article feet print them."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import lru_cache
from importlib import resources
from itertools import groupby
from typing import Any

from pipelines.folding import fold
from pipelines.labels import AFTER_NAMES, LABELS, Field, Piece, cut
from pipelines.sources import is_outlet
from storage.article import Contributor, Provenance, Role

_RULES: dict[str, Any] = tomllib.loads(
    resources.files("pipelines").joinpath("people.toml").read_text("utf-8")
)

_HAN = "\u4e00-\u9fff\u3400-\u4dbf"
_SURNAMES = frozenset("".join(_RULES["surnames"].split()))
_COMPOUND = frozenset(_RULES["compound"])
_PLACES, _WORDS = (frozenset(_RULES[name].split()) for name in ("places", "words"))
_PLACEHOLDERS = frozenset(_RULES["placeholders"]) | LABELS.keys()
_BODY_TAILS, _PLACE_TAILS = tuple(_RULES["body_tails"]), tuple(_RULES["place_tails"])
_BODY_WORD = re.compile("|".join(map(re.escape, (tail for tail in _BODY_TAILS if len(tail) > 1))))
_GROWN_TOGETHER = re.compile(
    f"([{_HAN}]{{2,}}(?:银行|农商行|联社|信用社|公司|办公室|分行|支行|农信))([{_HAN}]{{2,4}})"
)
_PEN_TAILS = tuple(_RULES["pen_tails"])

_ONLY_HAN = re.compile(f"[{_HAN}]+")
_WITH_DOT = re.compile(f"[{_HAN}A-Za-z]{{1,7}}(?:[·•・‧.][{_HAN}A-Za-z]{{1,7}}){{1,3}}")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ.'’-]*")
_ACCOUNT = re.compile(r"adm[i1l]n\w*|[a-z]{0,4}\d+|\W+", re.IGNORECASE)
_CONTACT = re.compile(
    r"[\w.+-]+[@＠#][\w-]+(?:\.[\w-]+)+|https?://\S+|(?:电话|手机|邮箱|微信|QQ)\S*|\+?\d[\d-]{5,}\d|[_＿]\w+$|\[!--.*?--\]"
)
_ASIDE = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_LOOSE = " \t\n\u3000\xa0()（）[]【】<>{}〔〕|｜丨∣│/／:：,，、;；.。-—_•·\"'“”"
_CALLING = re.compile(f"[{_HAN}]+(?:作者|评论员|撰稿人|主笔|记者|编辑|通讯员|报道|供稿|整理|编译)")
_SEPARATOR = re.compile(r"[、，,;；/／|｜丨∣│&＆]+")
_AND = re.compile(f"(?<=[{_HAN}]{{2}})[和与](?=[{_HAN}]{{2}})")
_PROSE = re.compile(r"[。！？!?“”]")
_KEPT = 8192
"""How many answers a rule about words keeps: names and outlets come back on page after page."""

_LONGEST_VALUE, _LONGEST_NAME, _LONGEST_PEN_NAME = 80, 20, 12
_SINGLE, _FULL, _DOUBLED = 2, 3, 4

_FOOT_LINES, _LEAD_LINES, _LONGEST_NOTE, _LONGEST_FOOT_VALUE = 8, 2, 60, 30
_WRAPPED = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_TRAILING = re.compile(rf"[(（\[【]([^()（）\[\]【】]{{2,{_LONGEST_NOTE}}})[)）\]】]\s*$")
_OWN_DATELINE = re.compile(r"\s*本[报网站刊社台][\u4e00-\u9fff]{0,6}讯\s*[(（]([^()（）]{2,40})[)）]")
_OFFICE = re.compile(r"作者(?:\s*(?:单位\s*[:：]?|系|为|是)([^:：]+)|([^:：]+))")
_NAMED_OFFICE = re.compile(rf"作者[\s:：]*([{_HAN}·]{{2,4}}?)\s*(?:系|为|是|单位[:：]|[,，])([^:：]+)")
_SIGNED_AT_FOOT: frozenset[Field] = frozenset(
    {"author", "correspondent", "editor", "affiliation", "author-photographer"}
)

ROLES: dict[Field, tuple[Role, ...]] = {
    "author": ("author",),
    "reporter": ("reporter",),
    "correspondent": ("correspondent",),
    "photographer": ("photographer",),
    "editor": ("editor",),
    "author-photographer": ("author", "photographer"),
}
_WRITERS = frozenset({"author", "reporter", "correspondent"})


@dataclass(frozen=True, slots=True)
class Name:
    """A person or body as printed, and the place of work beside it."""

    name: str
    affiliation: str | None = None


@lru_cache(maxsize=_KEPT)
def is_person(word: str) -> bool:
    """Whether a word is surely the name of a person, no label needed."""
    if _WITH_DOT.fullmatch(word):
        return not word.isascii()
    if (
        not _ONLY_HAN.fullmatch(word)
        or is_no_name(word)
        or word in _WORDS
        or is_body(word)
        or is_outlet(word)
    ):
        return False
    if word[:2] in _COMPOUND:
        return _FULL <= len(word) <= _DOUBLED
    return word[0] in _SURNAMES and _SINGLE <= len(word) <= _FULL


@lru_cache(maxsize=_KEPT)
def is_no_name(word: str) -> bool:
    """Whether a word stands where a name could, but is a placeholder, an account, a number or a place."""
    folded = fold(word)
    return (
        folded.lower() in _PLACEHOLDERS
        or folded in _PLACES
        or (folded.endswith(_PLACE_TAILS) and len(folded) > _SINGLE)
        or _ACCOUNT.fullmatch(folded) is not None
        or (len(folded) == 1)
    )


@lru_cache(maxsize=_KEPT)
def is_body(word: str) -> bool:
    """Whether a word names a desk or an organisation."""
    return word.endswith(_BODY_TAILS) and len(word) > 1 and not _looks_personal(word)


@lru_cache(maxsize=_KEPT)
def read_names(value: str) -> tuple[Name, ...]:
    """The names in the text behind a label, in order; placeholders, contacts, places and dates left out."""
    if is_person(value):
        return (Name(value),)
    if len(value) > _LONGEST_VALUE or _PROSE.search(value):
        return ()
    groups = _SEPARATOR.split(_AND.sub("、", _CONTACT.sub(" ", value)))
    return tuple(name for group in groups for name in _names_in_group(group))


def sure_names(value: str) -> list[Name]:
    """The names in a text no label speaks for: only what is certainly a person.

    Words beside certain names may be pen names (`穗穗姐 胡一犁 李小镰刀`).
    """
    words = [word for group in _SEPARATOR.split(value) for word in _words(group)]
    certain = [word for word in words if is_person(word) and word[:2] not in _WORDS]
    if not certain:
        return []
    return [Name(word) for word in words if word in certain or (len(words) > 1 and _may_be_pen_name(word))]


@dataclass(frozen=True, slots=True)
class Foot:
    """What the last lines of an article say of it, and the lines that are left as its body."""

    body: tuple[str, ...]
    contributors: tuple[Contributor, ...] = ()
    affiliation: str | None = None
    """Place of work or office of the byline's author: `（作者单位：…）`, `（作者系…）`."""

    source_raw: str | None = None
    provenance: Mapping[str, Provenance] = dataclass_field(default_factory=dict)


def read_foot(lines: Sequence[str]) -> Foot:
    """The people and the outlet the foot of an article names.

    Notes on the author and the correspondent stay in the body, lines of editors and of
    the source leave it. A reporter's signature (`（记者 …）`) and a note on where a reprint
    came from (`（本文来源：… 作者：…）`) speak of the text's first outlet, not of this page.
    """
    body = list(lines[:-_FOOT_LINES])
    notes: list[_Note] = []
    for line in lines[-_FOOT_LINES:]:
        note = _read_note(line)
        notes.append(note)
        if note.left is not None:
            body.append(note.left)
    people = once(person for note in notes for person in note.contributors)
    affiliation = next((note.affiliation for note in notes if note.affiliation), None)
    source = next((note.source for note in notes if note.source), None)
    return Foot(tuple(body), tuple(people), affiliation, source, _foot_provenance(notes))


def read_lead(lines: Sequence[str]) -> tuple[Contributor, ...]:
    """The people the first lines credit: `本报记者 王五` on a line of its own, `本报讯（记者 王五）`.

    The dateline of an agency (`… 3月17日电（记者 …）`) names the agency's reporter and is not read.
    """
    for line in lines[:_LEAD_LINES]:
        own = _OWN_DATELINE.match(line)
        printed = own[1] if own else _unwrapped(line)
        pieces = cut(fold(printed))
        if len(printed) <= _LONGEST_NOTE and _only_people(printed, pieces):
            return tuple(credits_of(printed, pieces))
    return ()


def merge(
    byline: Iterable[Contributor], foot: Foot, lead: Iterable[Contributor] = ()
) -> tuple[Contributor, ...]:
    """Everyone credited, each name and role once, the foot's place of work with the author it speaks of."""
    people = once([*byline, *lead, *foot.contributors])
    authors = [person for person in people if person.role == "author"] or [
        p for p in people if p.role in _WRITERS
    ]
    if foot.affiliation and (len(authors) == 1 or is_body(foot.affiliation)):
        people = [
            replace(person, affiliation=foot.affiliation)
            if person in authors and not person.affiliation
            else person
            for person in people
        ]
    return tuple(people)


def credits_of(text: str, pieces: Sequence[Piece]) -> list[Contributor]:
    """The people the labels of a line speak of, each name and role once.

    Args:
        text: the line as printed.
        pieces: the same line, cut at its labels.
    """
    found: list[Contributor] = []
    for piece in _names_before_labels(text, pieces):
        if piece.field == "affiliation":
            _attach(found, text[piece.start : piece.end])
        elif piece.field in ROLES:
            people = _contributors(_read_piece(piece, text[piece.start : piece.end]), piece)
            if piece.bare and piece.label in AFTER_NAMES:
                people = _not_writing_yet(people, found)
            found.extend(people)
    return once(found) if len(found) > 1 else found


def once(people: Iterable[Contributor]) -> list[Contributor]:
    """Each name and role once, an affiliation found with any mention kept."""
    kept: dict[tuple[str, Role], Contributor] = {}
    for person in people:
        key = (person.name, person.role)
        held = kept.setdefault(key, person)
        if held.affiliation is None and person.affiliation:
            kept[key] = replace(held, affiliation=person.affiliation)
    return list(kept.values())


@dataclass(frozen=True, slots=True)
class _Note:
    """What one line at the foot says."""

    left: str | None
    """What of the line stays in the body; None where it leaves it."""

    contributors: tuple[Contributor, ...] = ()
    affiliation: str | None = None
    source: str | None = None
    printed: str = ""


def _read_note(line: str) -> _Note:
    whole = line.strip()
    printed = _unwrapped(whole)
    if 0 < len(printed) <= _LONGEST_NOTE and (note := _whole_line(line, printed, bracketed=printed != whole)):
        return note
    tail = _TRAILING.search(line)
    if not tail:
        return _Note(line)
    note = _whole_line(line, tail[1].strip(), bracketed=True)
    if note is None or note.left is not None:
        return note or _Note(line)
    return replace(note, left=line[: tail.start()].rstrip())


def _whole_line(line: str, printed: str, *, bracketed: bool) -> _Note | None:
    """A line, or what stands in the brackets at its end, read as a note; None where it is none."""
    if _PROSE.search(printed):
        return None
    return (_office(line, printed) if bracketed else None) or _labelled_note(
        line, printed, bracketed=bracketed
    )


def _labelled_note(line: str, printed: str, *, bracketed: bool) -> _Note | None:
    pieces = cut(fold(printed))
    fields = {piece.field for piece in pieces if piece.label} - {"ignored"}
    long = any(len(_value(printed, piece)) > _LONGEST_FOOT_VALUE for piece in pieces)
    if not fields or long or not pieces[0].label:
        return None
    source = next((_value(printed, piece) for piece in pieces if piece.field == "source"), None) or None
    if fields == {"editor"} or (fields <= {"editor", "source"} and not bracketed):
        return _Note(None, tuple(credits_of(printed, pieces)), source=source, printed=printed)
    if fields == {"source"}:
        return _Note(line, source=source, printed=printed)
    signed = fields <= _SIGNED_AT_FOOT and all(piece.label != "供稿" for piece in pieces)
    return _Note(line, tuple(credits_of(printed, pieces)), printed=printed) if signed else None


def _office(line: str, printed: str) -> _Note | None:
    """`作者单位：…`, `作者系…`, `作者周大山系…`, and the bare `作者禾田农信联社主任`."""
    if found := _NAMED_OFFICE.fullmatch(printed):
        name, office = found[1], found[2].strip(_LOOSE)
        if is_person(name) and not is_person(office):
            return _Note(line, (Contributor(name, "author", "作者", office),), printed=printed)
    if not (found := _OFFICE.fullmatch(printed)):
        return None
    office = (found[1] or found[2]).strip(_LOOSE)
    words = [] if found[1] else [word for group in _SEPARATOR.split(office) for word in _words(group)]
    if words and all(map(is_person, words)):
        return _Note(line, tuple(Contributor(word, "author", "作者") for word in words), printed=printed)
    stated = found[1] or is_body(office) or _is_office(office)
    return _Note(line, affiliation=office, printed=printed) if stated else None


def _only_people(printed: str, pieces: Sequence[Piece]) -> bool:
    """Whether a line holds labelled names and nothing else."""
    filled = [piece for piece in pieces if _value(printed, piece)]
    return bool(filled) and all(
        piece.field in ROLES and _read_piece(piece, _value(printed, piece)) for piece in filled
    )


def _unwrapped(line: str) -> str:
    """The line without the one pair of brackets round it."""
    whole = line.strip()
    inner = _WRAPPED.fullmatch(whole)
    return inner[1].strip() if inner else whole


def _foot_provenance(notes: Iterable[_Note]) -> dict[str, Provenance]:
    found: dict[str, Provenance] = {}
    for note in notes:
        if note.contributors or note.affiliation:
            found.setdefault("contributors", Provenance("foot", note.printed))
        if note.source:
            found.setdefault("source", Provenance("foot", note.printed))
    return found


def _read_piece(piece: Piece, value: str) -> Sequence[Name]:
    if piece.label is None:
        return sure_names(value)
    names: Sequence[Name] = read_names(value.strip())
    if piece.bare:  # without a colon only a certain name shows that the word was a label
        names = [name for name in names if is_person(name.name) or is_body(name.name)]
    if piece.outlet:
        names = [replace(name, affiliation=name.affiliation or piece.outlet) for name in names]
    return names


def _contributors(names: Iterable[Name], piece: Piece) -> list[Contributor]:
    roles = ROLES[piece.field] if piece.field else ()
    return [Contributor(name.name, role, piece.label, name.affiliation) for name in names for role in roles]


def _not_writing_yet(people: Iterable[Contributor], found: Iterable[Contributor]) -> list[Contributor]:
    """`记者 王五 文/图`: the pictures are by the reporter too, who need not be called author as well."""
    writing = {person.name for person in found if person.role in _WRITERS}
    return [person for person in people if person.role != "author" or person.name not in writing]


def _names_before_labels(text: str, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces, with `孙八 文 周大山 图` read as if the labels stood first.

    A label with nothing behind it speaks of the names before it, and so does every
    label of its kind between those names and it.
    """
    trailing = [place for place, piece in enumerate(pieces) if piece.bare and piece.label in AFTER_NAMES]
    if not trailing or _value(text, pieces[trailing[-1]]):
        return pieces
    turned = list(pieces)
    for place in reversed(trailing):
        if place == 0 or (place + 1 in trailing and not _value(text, pieces[place])):
            break
        before = pieces[place - 1]
        turned[place] = pieces[place]._replace(start=before.start, end=before.end)
        if before.label is None:
            turned[place - 1] = Piece(None, None, 0, 0)
        if place - 1 not in trailing:
            break
    return turned


def _value(text: str, piece: Piece) -> str:
    return text[piece.start : piece.end].strip(_LOOSE)


def _attach(people: list[Contributor], affiliation: str) -> None:
    """`作者：周大山 单位：禹田农商银行`: the place of work belongs to those named last."""
    place = affiliation.strip(_LOOSE)
    label = people[-1].label if people else None
    for at, person in enumerate(people):
        if place and person.label == label and person.affiliation is None:
            people[at] = replace(person, affiliation=place)


def _names_in_group(group: str) -> list[Name]:
    """The names between two separators: a run of names, or one name and a place of work."""
    aside = _ASIDE.search(group)
    affiliation = aside[1].strip(_LOOSE) if aside and is_body(aside[1].strip(_LOOSE)) else None
    words = _words(_ASIDE.sub(" ", group) if aside and _ASIDE.sub("", group).strip(_LOOSE) else group)
    words = [part for word in words for part in _body_and_person(word)]
    words = [word for word in words if not is_no_name(word) and not _CALLING.fullmatch(word)]
    bodies = [word for word in words if is_body(word) or _is_office(word)]
    people = [word for word in words if word not in bodies]
    if people and len(bodies) == 1:
        return [Name(person, affiliation or bodies[0]) for person in people]
    return [Name(word, affiliation) for word in words if len(word) <= _LONGEST_NAME]


def _words(group: str) -> list[str]:
    """The words of a group, `李　明` and `John Field` made one."""
    printed = [word for raw in group.split() if (word := raw.strip(_LOOSE))]
    words: list[str] = []
    for kind, run in groupby(printed, key=_kind_of_word):
        if kind == "character":
            words.extend(_spaced_names("".join(run)))
        elif kind == "latin":
            words.append(" ".join(run))
        else:
            words.extend(run)
    return words


def _kind_of_word(word: str) -> str:
    if len(word) == 1 and _ONLY_HAN.fullmatch(word):
        return "character"
    return "latin" if _LATIN.fullmatch(word) else "word"


def _spaced_names(characters: str) -> list[str]:
    """Names printed with a space behind every character; five or more odd ones can be cut in several ways."""
    if len(characters) <= _FULL or (len(characters) == _DOUBLED and characters[:2] in _COMPOUND):
        return [characters]
    pairs = [characters[at : at + 2] for at in range(0, len(characters), 2)]
    return pairs if len(characters) % 2 == 0 else []


def _body_and_person(word: str) -> tuple[str, ...]:
    """`沂川联社周大山` is a place of work and a person grown together."""
    grown = _GROWN_TOGETHER.fullmatch(word)
    return (grown[1], grown[2]) if grown and is_person(grown[2]) else (word,)


def _is_office(word: str) -> bool:
    """`禾田农商银行行长`: an office held at a body named in the same word."""
    return _BODY_WORD.search(word) is not None and not is_person(word)


def _looks_personal(word: str) -> bool:
    """`田办`, `王科`: a short word that starts like a name is not a desk, unless it is one."""
    return len(word) == _SINGLE and word[0] in _SURNAMES and word not in _WORDS


def _may_be_pen_name(word: str) -> bool:
    if not _ONLY_HAN.fullmatch(word) or is_no_name(word) or word in _WORDS or is_body(word):
        return False
    surnamed = word[0] in _SURNAMES and len(word) == _DOUBLED
    return surnamed or (len(word) <= _DOUBLED and word.endswith(_PEN_TAILS))
