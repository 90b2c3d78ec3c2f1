"""Who is credited: names, roles and places of work, as bylines and article feet print them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import NamedTuple

from pipelines.boilerplate import is_furniture
from pipelines.folding import fold
from pipelines.labels import AFTER_NAMES, Field, Piece, cut
from pipelines.names import (
    LOOSE,
    Name,
    is_body,
    is_office,
    is_person,
    is_surely_person,
    plain_names,
    read_names,
    sure_names,
    words_of,
)
from storage.article import Contributor, Provenance, Role

_HAN = "\u4e00-\u9fff\u3400-\u4dbf"
_PROSE = re.compile(r"[。！？!?“”]")
_FOOT_LINES, _LEAD_LINES, _LONGEST_NOTE, _LONGEST_FOOT_VALUE = 8, 2, 60, 30
_WRAPPED = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_TRAILING = re.compile(rf"[(（\[【]([^()（）\[\]【】]{{2,{_LONGEST_NOTE}}})[)）\]】]\s*$")
_BUTTON = re.compile(r"^\s*[【\[](?:我要)?(?:纠错|打印|关闭|举报)[】\]]")
_OWN_DATELINE = re.compile(
    r"""
    \s*(?:本[报网站刊社台][\u4e00-\u9fff\d\ ]{0,16}讯\s*
          (?:[(（](?P<bracketed>[^()（）]{2,40})[)）]|(?P<reporting>(?:记者|通讯员)[^()（）,，。:：]{2,40}?)(?:摄影)?报道)
      | [(（](?P<signed>本[报网站刊社台][^()（）]{2,40})[)）])
    """,
    re.VERBOSE,
)
_OFFICE = re.compile(r"作者(?:\s*(?:单位\s*[:：]?|系|为|是)([^:：]+)|([^:：]+))")
_NAMED_OFFICE = re.compile(rf"作者[\s:：]*([{_HAN}·]{{2,4}}?)\s*(?:系|为|是|单位[:：]|[,，])([^:：]+)")
_SENTENCE_ENDS = ("。", "！", "？", "”", "…", "!", "?")
_NO_LETTER = re.compile(r"[\W_]+")
_SIGNED_AT_FOOT: frozenset[Field] = frozenset({"author", "correspondent", "editor", "affiliation"})
_CREDITED_ALONE = _SIGNED_AT_FOOT | {"reporter", "photographer", "author-photographer"}
"""On a line of their own, with a colon, the credits of this page: `记者：龙一 覃二`."""

ROLES: dict[Field, tuple[Role, ...]] = {
    "author": ("author",),
    "reporter": ("reporter",),
    "correspondent": ("correspondent",),
    "photographer": ("photographer",),
    "editor": ("editor",),
    "author-photographer": ("author", "photographer"),
}
_WRITERS = frozenset({"author", "reporter", "correspondent"})
_UNLABELLED = 0.8
"""How sure a person is whom no label names."""


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
    the source leave it. Not read are a reporter's signature (`（记者 …）`), `（文/图：…）`, the body that sent the text in and
    the author in a note on a reprint (`（本文来源：… 作者：…）`): they came with the text from its
    first outlet and are not this page's own credits.
    """
    body = list(lines[:-_FOOT_LINES])
    notes: list[_Note] = []
    for line in lines[-_FOOT_LINES:]:
        note = _read_note(line)
        notes.append(note)
        if note.left == line or (note.left is not None and not is_furniture(note.left)):
            body.append(note.left)
    notes = [*notes, _signature(body[-1])] if body else notes
    people = once(person for note in notes for person in note.contributors)
    affiliation = next((note.affiliation for note in notes if note.affiliation), None)
    source = next((note.source for note in notes if note.source), None)
    return Foot(tuple(body), tuple(people), affiliation, source, _foot_provenance(notes))


class Lead(NamedTuple):
    """Whom the first lines of an article credit."""

    contributors: tuple[Contributor, ...] = ()
    provenance: Provenance | None = None


def read_lead(lines: Sequence[str]) -> Lead:
    """The people the first lines credit: `本报记者 王五` on a line of its own, `本报讯（记者 王五）`, `（本报记者 王五）`.

    The dateline of an agency (`… 3月17日电（记者 …）`) names the agency's reporter and is not read.
    """
    for line in lines[:_LEAD_LINES]:
        own = _OWN_DATELINE.match(line)
        printed = own[own.lastgroup or 0] if own else _unwrapped(line)
        pieces = cut(fold(printed)) if len(printed) <= _LONGEST_NOTE else []
        if _only_people(printed, pieces):
            return Lead(tuple(credits_of(printed, pieces)), Provenance("opening", printed))
    return Lead()


def merge(byline: Iterable[Contributor], foot: Foot, lead: Lead | None = None) -> tuple[Contributor, ...]:
    """Everyone credited, each name and role once, the foot's place of work with the author it speaks of."""
    people = once([*byline, *(lead.contributors if lead else ()), *foot.contributors])
    authors = [person for person in people if person.role == "author"] or [
        p for p in people if p.role in _WRITERS
    ]
    if foot.affiliation and (len(authors) == 1 or is_body(foot.affiliation)):
        people = [
            person._replace(affiliation=foot.affiliation)
            if person in authors and not person.affiliation
            else person
            for person in people
        ]
    return tuple(people)


def credited_by(byline: Mapping[str, Provenance], foot: Foot, lead: Lead) -> dict[str, Provenance]:
    """Every place of the page that says who is credited, as one provenance."""
    places = [byline.get("contributors"), lead.provenance, foot.provenance.get("contributors")]
    told = _joined([place for place in places if place])
    return {"contributors": told} if told else {}


def _joined(places: Sequence[Provenance]) -> Provenance | None:
    if len(places) <= 1:
        return places[0] if places else None
    rules = dict.fromkeys(place.rule for place in places)
    printed = dict.fromkeys(place.printed for place in places if place.printed)
    return Provenance(" + ".join(rules), "；".join(printed), min(place.certainty for place in places))


def credits_of(text: str, pieces: Sequence[Piece]) -> list[Contributor]:
    """The people the labels of a line speak of, each name and role once.

    Args:
        text: the line as printed.
        pieces: the same line, cut at its labels.
    """
    found: list[Contributor] = []
    units: list[Piece] = []
    for piece in _names_before_labels(text, pieces):
        if piece.field in ROLES:
            people = _contributors(piece, text[piece.start : piece.end])
            if piece.bare and piece.label in AFTER_NAMES:
                people = _not_writing_yet(people, found)
            found += people
        elif piece.field == "affiliation":
            _attach(found, _value(text, piece))
            units.append(piece)
    if units:
        found = _with_units(text, units, found)
    return once(found) if len(found) > 1 else found


def once(people: Iterable[Contributor]) -> list[Contributor]:
    """Each name and role once, an affiliation found with any mention kept."""
    kept: dict[tuple[str, Role], Contributor] = {}
    for person in people:
        key = (person.name, person.role)
        held = kept.setdefault(key, person)
        if held.affiliation is None and person.affiliation:
            kept[key] = held._replace(affiliation=person.affiliation)
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
    whole = _BUTTON.sub("", line).strip()
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
    alone = not bracketed and not any(piece.bare for piece in pieces)
    if alone and "source" in fields and fields <= _CREDITED_ALONE | {"source"}:
        return _Note(None, tuple(credits_of(printed, pieces)), source=source, printed=printed)
    if fields == {"source"}:
        return _Note(line, source=source, printed=printed)
    if not fields <= (_CREDITED_ALONE if alone else _SIGNED_AT_FOOT):
        return None
    people = tuple(credits_of(printed, pieces))
    return None if any(map(_only_sends_in, people)) else _Note(line, people, printed=printed)


def _only_sends_in(person: Contributor) -> bool:
    """`（供稿：青禾农商银行）`: the body that sent a text in, which is its outlet's credit and no writer."""
    return person.label == "供稿" and not is_person(person.name)


def _signature(line: str) -> _Note:
    """`（禾田农商银行 周大山）` at the very end: a body and people who are surely people, and nothing else."""
    tail = _TRAILING.search(line)
    before = line[: tail.start()].rstrip() if tail else ""
    if not tail or not (before == "" or before.endswith(_SENTENCE_ENDS)):
        return _Note(line)
    names = read_names(tail[1].strip())
    told = sum(len(name.name) for name in names) + len((names[0].affiliation or "") if names else "")
    if told != len(_NO_LETTER.sub("", tail[1])) or not all(
        name.affiliation and is_surely_person(name.name) for name in names
    ):
        return _Note(line)
    people = tuple(Contributor(name.name, "author", None, name.affiliation) for name in names)
    return _Note(line, people, printed=tail[1])


def _office(line: str, printed: str) -> _Note | None:
    """`作者单位：…`, `作者系…`, `作者周大山系…`, and the bare `作者禾田农信联社主任`."""
    if found := _NAMED_OFFICE.fullmatch(printed):
        name, office = found[1], found[2].strip(LOOSE)
        if is_person(name) and not is_person(office):
            return _Note(line, (Contributor(name, "author", "作者", office),), printed=printed)
    if not (found := _OFFICE.fullmatch(printed)):
        return None
    office = (found[1] or found[2]).strip(LOOSE)
    words = [] if found[1] else words_of(office)
    if words and all(map(is_person, words)):
        return _Note(line, tuple(Contributor(word, "author", "作者") for word in words), printed=printed)
    stated = found[1] or is_body(office) or is_office(office)
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


def _foot_provenance(notes: Sequence[_Note]) -> dict[str, Provenance]:
    found: dict[str, Provenance] = {}
    if credited := _joined(
        [_note_provenance(note) for note in notes if note.contributors or note.affiliation]
    ):
        found["contributors"] = credited
    if sourced := next((note for note in notes if note.source), None):
        found["source"] = Provenance("foot", sourced.printed)
    return found


def _note_provenance(note: _Note) -> Provenance:
    if note.contributors and note.contributors[0].label is None:
        return Provenance("foot unlabelled name", note.printed, _UNLABELLED)
    return Provenance("foot", note.printed)


def _read_piece(piece: Piece, value: str) -> Sequence[Name]:
    if piece.label is None:
        return sure_names(value)
    names: Sequence[Name] = read_names(value.strip())
    if piece.bare:  # without a colon only a certain name shows that the word was a label
        names = [name for name in names if is_person(name.name) or is_body(name.name)]
    if piece.outlet:
        names = [name._replace(affiliation=name.affiliation or piece.outlet) for name in names]
    return names


def _contributors(piece: Piece, value: str) -> list[Contributor]:
    """Whom the text of a piece names, in each role its label gives them."""
    label, roles = piece.label, ROLES[piece.field] if piece.field else ()
    if label and (plain := plain_names(value.strip())):
        return [Contributor(name, role, label, piece.outlet) for name in plain for role in roles]
    names = _read_piece(piece, value)
    return [Contributor(name, role, label, place) for name, place in names for role in roles]


def _not_writing_yet(people: Iterable[Contributor], found: Iterable[Contributor]) -> list[Contributor]:
    """`记者 王五 文/图`: the pictures are by the reporter too, who need not be called author as well."""
    writing = {person.name for person in found if person.role in _WRITERS}
    return [person for person in people if person.role != "author" or person.name not in writing]


def _names_before_labels(text: str, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces, with `孙八 文 周大山 图` read as if the labels stood first.

    A label with nothing behind it speaks of the names before it, and so does every
    label of its kind between those names and it.
    """
    for piece in pieces:
        if piece.bare:
            break
    else:  # every label has its colon, as on nearly every line
        return pieces
    trailing = [place for place, piece in enumerate(pieces) if piece.bare and piece.label in AFTER_NAMES]
    if not trailing or _value(text, pieces[trailing[-1]]):
        return pieces
    turned = list(pieces)
    for place in reversed(trailing):
        if place == 0 or (place + 1 in trailing and not _value(text, pieces[place])):
            break
        before = pieces[place - 1]
        turned[place] = replace(pieces[place], start=before.start, end=before.end)
        if before.label is None:
            turned[place - 1] = Piece(None, None, 0, 0)
        if place - 1 not in trailing:
            break
    return turned


def _value(text: str, piece: Piece) -> str:
    return text[piece.start : piece.end].strip(LOOSE)


def _attach(people: list[Contributor], place: str) -> None:
    """`作者：周大山 单位：禾田农商银行`: the place of work belongs to those named last."""
    label = people[-1].label if people else None
    for at, person in enumerate(people):
        if place and person.label == label and person.affiliation is None:
            people[at] = person._replace(affiliation=place)


def _with_units(text: str, units: Sequence[Piece], people: list[Contributor]) -> list[Contributor]:
    """`单位：禾田农商银行 作者：周大山`: a unit printed first belongs to those who write.

    The unit that sent a text in (供稿单位) is the author itself where no person is named.
    """
    writers = [person for person in people if person.role in _WRITERS]
    place = _value(text, units[0])
    if not writers:
        senders = [
            replace(unit, field="author") for unit in units if unit.label and unit.label.endswith("稿单位")
        ]
        return [
            *(person for unit in senders for person in _contributors(unit, _value(text, unit))),
            *people,
        ]
    if place and all(person.affiliation is None for person in people):
        return [person._replace(affiliation=place) if person in writers else person for person in people]
    return people
