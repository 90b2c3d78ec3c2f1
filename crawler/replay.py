"""A run again from what it kept: no network, the clock of the captures, the same numbers.

`SCRAPY_PROJECT=replay scrapy crawl nongshang -a run=all`
"""

import logging
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import IgnoreRequest

from crawler.guard import Address, OffLimits, SiteGuard
from crawler.outcomes import CAPTURE_ID, FETCHED_AT, RunEnds
from crawler.patience import Patience
from crawler.rereading import response_of
from crawler.webarchive import KEPT_ERRORS
from storage.archive import Archive, Transaction
from storage.captures import capture_of, enter_file, read_capture
from storage.errors import ArchiveError
from storage.pruning import PRUNED
from storage.warc import CutRecord, DamagedRecord, Place, Record, members, scan, whole_file

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

INGESTED = "ingested"
"""In the note of a file: its pages were not fetched by a crawl of ours."""

MISSING = "replay/missing"
"""The count of requests no capture answers."""


class NotCaptured(IgnoreRequest):
    """A page the run did not keep; asked for because the rules that find pages have changed."""


@dataclass(slots=True)
class Tape:
    """What one run kept, in order."""

    run_id: int
    arguments: Mapping[str, str]
    files: list[Path]
    now: datetime
    """The replay's clock: when the response given last was received."""

    ended: str | None = None
    """Why the run stopped; None if it died."""

    incomplete: str | None = None
    """Why it can't be replayed, if it can't."""

    def clock(self) -> datetime:
        """The time of what is happening."""
        return self.now

    def heads(self) -> Iterator[tuple[Place, Record]]:
        """Every record of the run in the order it was kept, without bodies."""
        for path in self.files:
            for place, record in scan(path):
                yield place, replace(record, body=b"")


def tapes(folder: Path) -> list[Tape]:
    """The runs kept in a folder, by number.

    Raises:
        ArchiveError: two archives have kept a run of one number there, or a file is damaged.
    """
    found: dict[int, Tape] = {}
    begun: dict[int, str] = {}
    for path in sorted(folder.glob("*.warc.gz"), key=_order):
        if _holds_nothing(path):
            logger.warning("%s holds no whole record, its run died at once: left out", path)
            continue
        note = _first_note(path)
        number, started_at = note["run"], note["started_at"]
        if begun.setdefault(number, started_at) != started_at:
            raise ArchiveError(f"{folder} holds captures of two archives: two runs have the number {number}")
        tape = found.setdefault(
            number, Tape(number, note["arguments"], [], datetime.fromisoformat(started_at))
        )
        tape.files.append(path)
        if INGESTED in note:
            tape.incomplete = "its pages were fetched by others"
        elif PRUNED in note:
            tape.incomplete = f"records were taken out on {note[PRUNED][:10]}"
    return [found[number] for number in sorted(found)]


def _order(path: Path) -> tuple[int, str]:
    """Files of one day may have a number behind their name; shorter is earlier."""
    return len(path.name), path.name


def _holds_nothing(path: Path) -> bool:
    try:
        return next(members(path), None) is None
    except CutRecord:
        return True
    except DamagedRecord:
        return False  # it held something once


def _first_note(path: Path) -> Mapping[str, Any]:
    try:
        _, record = next(scan(path))
        if record.kind == "warcinfo" and "run" in record.note:
            return record.note
    except (DamagedRecord, StopIteration) as error:
        raise ArchiveError(f"{path}: {error or 'empty'}") from None
    raise ArchiveError(f"{path} was not written by this program")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: a response kept, or an error."""

    at: datetime
    capture_id: int | None = None
    place: Place | None = None
    body: Place | None = None
    """Where the body is, if not with the response."""

    error: Mapping[str, str] = field(default_factory=dict)


class Bodies:
    """Where the body of every response kept is, by address and time."""

    def __init__(self, kept: Iterable[Tape]) -> None:
        self._places = {
            (record.url, record.at): (place, record)
            for tape in kept
            for place, record in tape.heads()
            if record.kind == "response"
        }
        self._numbers: dict[Place, int] = {}

    def enter(self, tx: Transaction, place: Place, record: Record, run_id: int | None) -> Answer:
        """Enter a response into the archive, and what it refers to if that is not there."""
        original = original_id = None
        if record.refers_to is not None:
            original, of_original = self._places[record.refers_to]
            if original not in self._numbers:  # kept by a run that is not replayed
                self.enter(tx, original, of_original, None)
            original_id = self._numbers[original]
        number = tx.keep(capture_of(place, record, original_id), run_id=run_id)
        self._numbers[place] = number
        return Answer(record.at, number, place, original)


class Playback:
    """Gives a run its answers again, each address in the order it was answered."""

    def __init__(self, folder: Path, tape: Tape, answers: Iterable[tuple[str, Answer]]) -> None:
        self.folder = folder
        self.tape = tape
        self._waiting: dict[str, deque[Answer]] = defaultdict(deque)
        self._last: dict[str, Answer] = {}
        self._left = 0
        for url, answer in answers:
            self._waiting[url].append(answer)
            self._left += 1

    @classmethod
    def load(cls, archive: Archive, folder: Path, tape: Tape, bodies: Bodies) -> Self:
        """Enter what the run kept into the archive, numbered as it was."""
        answers = []
        with archive.transaction() as tx:
            for place, record in tape.heads():
                if record.kind in {"response", "revisit"}:
                    answers.append((record.url, bodies.enter(tx, place, record, tape.run_id)))
                elif "error" in record.note:
                    answers.append((record.url, Answer(record.at, error=record.note)))
                tape.ended = record.note.get("ended", tape.ended)
        for path in tape.files:
            enter_file(archive, whole_file(path), tape.run_id)
        return cls(folder, tape, answers)

    def answer(self, url: str) -> Answer:
        """The next answer for an address; the last one stays.

        Raises:
            NotCaptured: the run has none for it.
            RunEnds: nothing is left of a run that did not come to its end.
        """
        if self._waiting[url]:
            self._left -= 1
            self._last[url] = self._waiting[url].popleft()
        elif url not in self._last:
            if not self._left and self.tape.ended != "finished":
                raise RunEnds("captures-end")
            raise NotCaptured(f"not among the captures of run {self.tape.run_id}: {url}")
        answer = self._last[url]
        self.tape.now = answer.at
        return answer


class NoWaiting(Patience):
    """Nobody is busy in a replay."""

    async def sleep(self, seconds: float) -> None:
        """The time has passed."""


class Replay:
    """Downloader middleware that answers every request in place of the network."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler
        self._playback: Playback = crawler.spider.playback  # type: ignore[union-attr]  # the command sets it

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def process_request(self, request: "Request") -> "Response":
        """Answer as the site did.

        Raises:
            NotCaptured: nobody knows what the site would have said.
        """
        try:
            answer = self._playback.answer(request.url)
        except NotCaptured as error:
            logger.error("%s", error)  # noqa: TRY400 - a traceback would say nothing more
            assert self._crawler.stats is not None
            self._crawler.stats.inc_value(MISSING)
            raise
        if answer.place is None:
            raise _error(answer.error, request.url)
        request.meta[CAPTURE_ID] = answer.capture_id
        request.meta[FETCHED_AT] = answer.at
        return response_of(read_capture(self._playback.folder, answer.place, answer.body))


def _error(kept: Mapping[str, str], url: str) -> Exception:
    if kept["error"] == OffLimits.__name__:
        return OffLimits(kept["message"], url)
    return KEPT_ERRORS[kept["error"]](kept["message"])


class OfflineGuard(SiteGuard):
    """The guard without name servers: what they said is among the captures."""

    async def resolve(self, host: str) -> tuple[Address, ...]:
        """Nothing to check."""
        del host
        return ()
