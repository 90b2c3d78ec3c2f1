"""Who is credited: names, roles and places of work, as bylines and article feet print them."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

from pipelines.folding import fold
from pipelines.labels import AFTER_NAMES, LABELS, PEOPLE, Field, Piece, cut
from storage.article import Contributor, Provenance, Role

_RULES: dict[str, Any] = tomllib.loads(resources.files("pipelines").joinpath("people.toml").read_text("utf-8"))

_HAN = "\u4e00-\u9fff\u3400-\u4dbf"
_SURNAMES = frozenset("".join(_RULES["surnames"].split()))
_COMPOUND = frozenset(_RULES["compound"])
_PLACES, _WORDS = (frozenset(_RULES[name].split()) for name in ("places", "words"))
_PLACEHOLDERS = frozenset(_RULES["placeholders"]) | LABELS.keys()
_BODY_TAILS, _PLACE_TAILS = tuple(_RULES["body_tails"]), tuple(_RULES["place_tails"])
_PEN_TAILS = tuple(_RULES["pen_tails"])

_ONLY_HAN = re.compile(f"[{_HAN}]+")
_WITH_DOT = re.compile(f"[{_HAN}A-Za-z]+(?:[·•・‧.][{_HAN}A-Za-z]+)+")
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ.'’-]*")
_ACCOUNT = re.compile(r"adm[i1l]n\w*|\d+|\W+", re.IGNORECASE)
_CONTACT = re.compile(
    r"[\w.+-]+[@＠#][\w-]+(?:\.[\w-]+)+|https?://\S+|(?:电话|手机|邮箱|微信|QQ)\S*|\+?\d[\d-]{5,}\d|[_＿]\w+$|\[!--.*?--\]"
)
_ASIDE = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_LOOSE = " \t\n\u3000\xa0()（）[]【】<>{}〔〕|｜丨∣│/／:：,，、;；.。-—_•·\"'“”"
_SEPARATOR = re.compile(r"[、，,;；/／|｜丨∣│&＆]+")
_AND = re.compile(f"(?<=[{_HAN}]{{2}})[和与](?=[{_HAN}]{{2}})")
_PROSE = re.compile(r"[。！？!?“”]")
_LONGEST_VALUE, _LONGEST_NAME, _LONGEST_PEN_NAME = 80, 20, 12
_SINGLE, _FULL, _DOUBLED = 2, 3, 4

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


def is_person(word: str) -> bool:
    """Whether a word is surely the name of a person, no label needed."""
    if _WITH_DOT.fullmatch(word):
        return not word.isascii()
    if not _ONLY_HAN.fullmatch(word) or is_no_name(word) or word in _WORDS or is_body(word):
        return False
    if word[:2] in _COMPOUND:
        return _FULL <= len(word) <= _DOUBLED
    return word[0] in _SURNAMES and _SINGLE <= len(word) <= _FULL


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


def is_body(word: str) -> bool:
    """Whether a word names a desk or an organisation."""
    return word.endswith(_BODY_TAILS) and len(word) > 1 and not _looks_personal(word)


def read_names(value: str) -> list[Name]:
    """The names in the text behind a label, in order; placeholders, contacts, places and dates left out."""
    if len(value) > _LONGEST_VALUE or _PROSE.search(value):
        return []
    names: list[Name] = []
    for group in _SEPARATOR.split(_AND.sub("、", _CONTACT.sub(" ", value))):
        names.extend(_names_in_group(group))
    return names


def sure_names(value: str) -> list[Name]:
    """The names in a text no label speaks for: only what is certainly a person.

    Words beside certain names may be pen names (`穗穗姐 胡一犁 李小镰刀`).
    """
    words = [word for group in _SEPARATOR.split(value) for word in _words(group)]
    certain = [word for word in words if is_person(word)]
    if not certain:
        return []
    return [Name(word) for word in words if word in certain or (len(words) > 1 and _may_be_pen_name(word))]


def credits_of(text: str, pieces: Sequence[Piece]) -> list[Contributor]:
    """The people the labels of a line speak of, each name and role once.

    Args:
        text: the line as printed.
        pieces: the same line, cut at its labels.
    """
    found: list[Contributor] = []
    last: list[Name] = []
    for piece in _names_before_labels(text, pieces):
        value = text[piece.start : piece.end]
        if piece.field == "affiliation":
            _attach(found, value)
        elif piece.field in ROLES:
            names = _read_piece(piece, value)
            if not names and piece.bare and piece.label in AFTER_NAMES:
                found.extend(_further_roles(piece, last, found))
            found.extend(_contributors(names, piece))
            last = names or last
    return once(found)


def once(people: Iterable[Contributor]) -> list[Contributor]:
    """Each name and role once, an affiliation found with any mention kept."""
    kept: dict[tuple[str, Role], Contributor] = {}
    for person in people:
        key = (person.name, person.role)
        held = kept.setdefault(key, person)
        if held.affiliation is None and person.affiliation:
            kept[key] = replace(held, affiliation=person.affiliation)
    return list(kept.values())


def _read_piece(piece: Piece, value: str) -> list[Name]:
    if piece.label is None:
        return sure_names(value)
    names = read_names(value)
    if piece.bare:  # without a colon only a certain name shows that the word was a label
        names = [name for name in names if is_person(name.name) or is_body(name.name)]
    return [replace(name, affiliation=name.affiliation or piece.outlet) for name in names]


def _contributors(names: Iterable[Name], piece: Piece) -> list[Contributor]:
    roles = ROLES[piece.field] if piece.field else ()
    return [Contributor(name.name, role, piece.label, name.affiliation) for name in names for role in roles]


def _further_roles(piece: Piece, names: Iterable[Name], found: Sequence[Contributor]) -> list[Contributor]:
    """`记者 王五 文/图`: the pictures are by the reporter too, who need not be called author as well."""
    writing = {person.name for person in found if person.role in _WRITERS}
    extra = _contributors(names, piece)
    return [person for person in extra if person.role != "author" or person.name not in writing]


def _names_before_labels(text: str, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, with `孙八 文 周大山 图` read as if the labels stood first."""
    bare = [place for place, piece in enumerate(pieces) if piece.label and piece.field in PEOPLE]
    trailing = all(pieces[place].bare and pieces[place].label in AFTER_NAMES for place in bare)
    if not bare or not trailing or bare[0] == 0 or _value(text, pieces[bare[-1]]):
        return list(pieces)
    if not _value(text, pieces[bare[0] - 1]):
        return list(pieces)
    turned = list(pieces)
    for place in bare:
        turned[place] = pieces[place]._replace(start=pieces[place - 1].start, end=pieces[place - 1].end)
    turned[bare[0] - 1] = Piece(None, None, 0, 0)
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
    words = [word for word in words if not is_no_name(word)]
    bodies = [word for word in words if is_body(word)]
    people = [word for word in words if word not in bodies]
    if people and len(bodies) == 1:
        return [Name(person, affiliation or bodies[0]) for person in people]
    return [Name(word, affiliation) for word in words if len(word) <= _LONGEST_NAME]


def _words(group: str) -> list[str]:
    """The words of a group, `李　明` and `John Field` made one."""
    words: list[str] = []
    open_name = False  # a single character waits for the next
    for raw in group.split():
        word = raw.strip(_LOOSE)
        if not word:
            continue
        single = len(word) == 1 and _ONLY_HAN.fullmatch(word) is not None
        if single and open_name:
            words[-1] += word
            open_name = len(words[-1]) < _SINGLE
        elif words and _LATIN.fullmatch(word) and _LATIN.fullmatch(words[-1].split()[-1]):
            words[-1] += " " + word
        else:
            words.append(word)
            open_name = single
    return words


def _looks_personal(word: str) -> bool:
    """`田办`, `王科`: a short word that starts like a name is not a desk, unless it is one."""
    return len(word) == _SINGLE and word[0] in _SURNAMES and word not in _WORDS


def _may_be_pen_name(word: str) -> bool:
    if not _ONLY_HAN.fullmatch(word) or is_no_name(word) or word in _WORDS or is_body(word):
        return False
    surnamed = word[0] in _SURNAMES and len(word) == _DOUBLED
    return surnamed or (len(word) <= _DOUBLED and word.endswith(_PEN_TAILS))
