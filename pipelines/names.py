"""What is a name: of a person, of a body, or no name at all."""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from itertools import groupby
from typing import Any, NamedTuple

from pipelines.folding import INVISIBLE, fold
from pipelines.labels import LABELS
from pipelines.sources import OUTLET_TAILS, is_outlet

_RULES: dict[str, Any] = tomllib.loads(resources.files("pipelines").joinpath("names.toml").read_text("utf-8"))

_HAN = "\u4e00-\u9fff\u3400-\u4dbf"
_COMMON, _OTHERS, _WORDY = (
    frozenset("".join(_RULES[name].split())) for name in ("common", "surnames", "wordy")
)
_SURE = _COMMON | _OTHERS
_SURNAMES = _SURE | _WORDY
_COMPOUND = frozenset(_RULES["compound"])
_PLACES, _WORDS = (frozenset(_RULES[name].split()) for name in ("places", "words"))
_PLACEHOLDERS = frozenset(_RULES["placeholders"]) | {label.lower() for label in LABELS}
_BODY_TAILS, _PLACE_TAILS = tuple(_RULES["body_tails"]), tuple(_RULES["place_tails"])
_BODY_WORD = re.compile("|".join(map(re.escape, (tail for tail in _BODY_TAILS if len(tail) > 1))))
_GROWN_TOGETHER = re.compile(
    f"([{_HAN}]{{2,}}(?:银行|农商行|联社|信用社|公司|办公室|分行|支行|农信))([{_HAN}]{{2,4}})"
)
_PEN_TAILS, _OFFICE_TAILS = tuple(_RULES["pen_tails"]), tuple(_RULES["office_tails"])
_OFFICE = re.compile("|".join(_OFFICE_TAILS))
_MADE_OF_SYLLABLES = re.compile(
    f"(?:{'|'.join(sorted(_RULES['syllables'].split(), key=len, reverse=True))}){{1,3}}"
)

_AND_OTHERS = "等"
"""`周大山等` names one of several."""

_NO_PERSON = _PLACEHOLDERS | _PLACES | _WORDS | frozenset(_OFFICE_TAILS)
_ENDS_OF_OTHERS = frozenset(tail[-1] for tail in (*_BODY_TAILS, *_PLACE_TAILS, *OUTLET_TAILS, _AND_OTHERS))
"""The last characters of bodies, places and outlets: most names end otherwise."""

_ONLY_HAN = re.compile(f"[{_HAN}]+")
_NOT_HAN = re.compile(f"[^{_HAN}]")
_WITH_DOT = re.compile(f"[{_HAN}A-Za-z]{{1,7}}(?:[·•・‧.][{_HAN}A-Za-z]{{1,7}}){{1,3}}")
_CALLED_SO = re.compile(r"[者员号网报台社](?:[·•・‧.]|$)")
"""`城南烟火记·生活领域创作者` is an account and what it does."""

_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ.'’-]*")
_ACCOUNT = re.compile(r"adm[i1l]n\w*|[a-z]{0,4}\d+|\W+", re.IGNORECASE)
_CONTACT = re.compile(
    r"[\w.+-]+[@＠#][\w-]+(?:\.[\w-]+)+|https?://\S+|(?:电话|手机|邮箱|微信|QQ)\S*|\+?\d[\d-]{5,}\d|[_＿]\w+$|\[!--.*?--\]"
)
_CONTACT_SIGN = re.compile(r"[\d@＠#:_＿!]|电话|手机|邮箱|微信|QQ")
_ASIDE = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
LOOSE = " \t\n\u3000\xa0()（）[]【】<>{}〔〕|｜丨∣│/／:：,，、;；.。-—_•·\"'“”" + INVISIBLE
_WITH_PLACE = re.compile(f"([{_HAN}]+)[(（]([{_HAN}]+)[)）]")
_CALLING = re.compile(f"[{_HAN}]+(?:作者|评论员|撰稿人|主笔|记者|编辑|通讯员|报道|供稿|整理|编译)")
_SEPARATOR = re.compile(r"[、，,;；/／|｜丨∣│&＆]+")
_SEPARATOR_OUTSIDE = re.compile(_SEPARATOR.pattern + r"(?![^()（）]*[)）])")
"""Separators that do not stand in brackets: `周大山（禾田农商银行党委书记、董事长）`."""

_AND = re.compile(f"(?<=[{_HAN}]{{2}})[和与](?=[{_HAN}]{{2}})")
_PROSE = re.compile(r"[。！？!?“”]")
_KEPT = 8192
"""How many answers a rule about words keeps: names and outlets come back on page after page."""

_LONGEST_VALUE, _LONGEST_NAME = 80, 20
_SINGLE, _FULL, _DOUBLED, _LONGEST_PLAIN = 2, 3, 4, 12


class Name(NamedTuple):
    """A person or body as printed, and the place of work beside it."""

    name: str
    affiliation: str | None = None


@lru_cache(maxsize=_KEPT)
def is_person(word: str) -> bool:
    """Whether a word reads like the name of a person: behind 记者 or 通讯员 it is one."""
    if not _SINGLE <= len(word) <= _LONGEST_PLAIN or _NOT_HAN.search(word):
        return _WITH_DOT.fullmatch(word) is not None and not word.isascii() and not _CALLED_SO.search(word)
    if word in _NO_PERSON or (word[-1] in _ENDS_OF_OTHERS and _is_something_else(word)):
        return False
    if word[:2] in _COMPOUND:
        return _FULL <= len(word) <= _DOUBLED
    if word[0] in _SURNAMES and len(word) <= _FULL:
        return True
    return _MADE_OF_SYLLABLES.fullmatch(word) is not None


def _is_something_else(word: str) -> bool:
    return word.endswith(_AND_OTHERS) or is_no_name(word) or is_body(word) or is_outlet(word)


def is_surely_person(word: str) -> bool:
    """Whether a word is the name of a person though no label says so."""
    if not is_person(word) or word[:2] in _WORDS:
        return False
    known = _COMMON if len(word) == _SINGLE else _SURE
    return len(word) > _FULL or word[0] in known or word[:2] in _COMPOUND


@lru_cache(maxsize=_KEPT)
def is_no_name(word: str) -> bool:
    """Whether a word stands where a name could, but is a placeholder, an account, a number or a place."""
    folded = fold(word)
    return (
        folded.lower() in _PLACEHOLDERS
        or folded in _OFFICE_TAILS
        or folded in _PLACES
        or (folded.endswith(_PLACE_TAILS) and len(folded) > _SINGLE)
        or _ACCOUNT.fullmatch(folded) is not None
        or (len(folded) == 1)
    )


def is_place(word: str) -> bool:
    """Whether a word is a province or a city by its bare name, where a portal says an account writes from."""
    return word in _PLACES


@lru_cache(maxsize=_KEPT)
def is_body(word: str) -> bool:
    """Whether a word names a desk or an organisation."""
    return word.endswith(_BODY_TAILS) and len(word) > 1 and not _looks_personal(word)


def plain_names(value: str) -> Sequence[str]:
    """The names in a text that holds nothing else, as nearly every value does; none where it holds more."""
    if len(value) <= _DOUBLED and is_person(value):
        return (value,)
    words = value.replace("、", " ").split()
    return words if all(map(is_person, words)) else ()


def read_names(value: str) -> tuple[Name, ...]:
    """The names in the text behind a label, in order; placeholders, contacts, places and dates left out."""
    names = plain_names(value)
    return tuple(map(Name, names)) if names else _names_among_others(value)


@lru_cache(maxsize=_KEPT)
def _names_among_others(value: str) -> tuple[Name, ...]:
    """The names in a text that holds more than names."""
    if (found := _WITH_PLACE.fullmatch(value)) and is_person(found[1]) and is_body(found[2]):
        return (Name(found[1], found[2]),)
    if len(value) > _LONGEST_VALUE or _PROSE.search(value):
        return ()
    if _CONTACT_SIGN.search(value):
        value = _CONTACT.sub(" ", value)
    if _OFFICE.search(value) and (holders := _office_holders(value)):
        return holders
    separator = _SEPARATOR_OUTSIDE if _ASIDE.search(value) else _SEPARATOR
    groups = separator.split(_AND.sub("、", value))
    return _of_one_place(value, [name for group in groups for name in _names_in_group(group)])


def _of_one_place(value: str, names: list[Name]) -> tuple[Name, ...]:
    """`禾田农商银行 周大山、林可`: a place of work printed first is that of all who have none of their own."""
    place = names[0].affiliation if len(names) > 1 else None
    if not place or not value.lstrip(LOOSE).startswith(place):
        return tuple(names)
    return tuple(name if name.affiliation else Name(name.name, place) for name in names)


def sure_names(value: str) -> list[Name]:
    """The names in a text no label speaks for: only what is certainly a person.

    Words beside certain names may be pen names (`穗穗姐 胡一犁 李小镰刀`).
    """
    if is_surely_person(value):
        return [Name(value)]
    words = words_of(value)
    certain = [word for word in words if is_surely_person(word) or _is_behind_its_body(word, words)]
    if not certain:
        return []
    beside = len(words) > 1
    return [Name(word) for word in words if word in certain or (beside and _is_or_may_be_name(word))]


def _is_behind_its_body(word: str, words: Sequence[str]) -> bool:
    """`古营支行 满建伟`: two words, the first a place of work, the second a name of three characters."""
    return words[1:] == [word] and len(word) == _FULL and is_person(word) and is_body(words[0])


def _is_or_may_be_name(word: str) -> bool:
    return is_person(word) or _may_be_pen_name(word)


def words_of(value: str) -> list[str]:
    """The words of a text, `李　明` and `John Field` made one each."""
    return [word for group in _SEPARATOR.split(value) for word in _words(group)]


def is_office(word: str) -> bool:
    """Whether a word names an office at a body: `禾田农商银行行长`."""
    return _BODY_WORD.search(word) is not None and not is_person(word)


def _office_holders(value: str) -> tuple[Name, ...]:
    """The people beside an office that is itself a list: `禾田农商银行党委书记、董事长 周大山`."""
    words = value.split()
    personal = [all(is_person(part) for part in _SEPARATOR.split(word)) for word in words]
    for at in range(1, len(words)):
        for office, people, fits in (
            (words[:at], words[at:], all(personal[at:])),
            (words[at:], words[:at], all(personal[:at])),
        ):
            if fits and all(map(_is_office_word, words_of(" ".join(office)))):
                place = " ".join(office).strip(LOOSE)
                return tuple(Name(name, place) for word in people for name in _SEPARATOR.split(word))
    return ()


def _is_office_word(word: str) -> bool:
    return not is_person(word) and (word.endswith(_OFFICE_TAILS) or is_body(word))


def _names_in_group(group: str) -> list[Name]:
    """The names between two separators: a run of names, or one name and a place of work."""
    aside = _ASIDE.search(group)
    beside = aside[1].strip(LOOSE) if aside else ""
    affiliation = beside if is_body(beside) or beside.endswith(_OFFICE_TAILS) else None
    words = _words(_ASIDE.sub(" ", group) if aside and _ASIDE.sub("", group).strip(LOOSE) else group)
    words = [part for word in words for part in _body_and_person(_without_others(word))]
    words = [word for word in words if not is_no_name(word) and not _CALLING.fullmatch(word)]
    bodies = [word for word in words if is_body(word) or is_office(word)]
    people = [word for word in words if word not in bodies]
    if people and len(bodies) == 1:
        return [Name(person, affiliation or bodies[0]) for person in people]
    return [Name(word, affiliation) for word in words if len(word) <= _LONGEST_NAME]


def _words(group: str) -> list[str]:
    """The words of a group, `李　明` and `John Field` made one."""
    printed = [word for raw in group.split() if (word := raw.strip(LOOSE))]
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


def _without_others(word: str) -> str:
    alone = word.removesuffix(_AND_OTHERS)
    return alone if is_person(alone) else word


def _looks_personal(word: str) -> bool:
    """`田办`, `王科`: a short word that starts like a name is not a desk, unless it is one."""
    return len(word) == _SINGLE and word[0] in _SURNAMES and word not in _WORDS


def _may_be_pen_name(word: str) -> bool:
    if not _ONLY_HAN.fullmatch(word) or is_no_name(word) or word in _WORDS or is_body(word):
        return False
    surnamed = word[0] in _SURNAMES and len(word) == _DOUBLED
    return surnamed or (len(word) <= _DOUBLED and word.endswith(_PEN_TAILS))
