"""`nongshang fixture`: a page that misbehaved becomes a test with one command."""

from datetime import UTC, datetime
from http.client import HTTPMessage
from pathlib import Path
from typing import Annotated
from urllib.request import Request, urlopen

import typer
from sqlalchemy import Connection, select

from crawler.pages.document import MAX_BYTES
from crawler.report import ExitCode
from crawler.settings.base import USER_AGENT
from crawler.spiders.base import SiteSpider
from nongshang.archive import DEFAULT_CAPTURES, DEFAULT_URL, ArchiveUrl, CaptureDir, open_for_reading
from nongshang.cases import (
    DEFAULT_SPIDER,
    Case,
    CaseError,
    case_named,
    cases,
    checked_name,
    compare,
    name_for,
    pages_from,
    record,
    spider_named,
)
from nongshang.errors import refuse
from nongshang.reextracting import difference
from nongshang.runcases import RunCase, record_runs
from storage.captures import body_columns, body_place_of, place_of, read_capture
from storage.models import captures as kept
from storage.models import ledger
from storage.warc import DamagedRecord, Record

_TIMEOUT = 30  # seconds

app = typer.Typer(help="Pages that misbehaved, kept as tests: record, check, accept.", no_args_is_help=True)
Folder = Annotated[Path, typer.Option("--folder", help="Where the cases lie.")]
DEFAULT_FOLDER = Path("tests/fixtures/cases")
DEFAULT_RUNS = Path("tests/fixtures/runs")


@app.command("record")
def record_case(  # noqa: PLR0913 - one an option
    page: Annotated[str, typer.Argument(help="An address, or the number of a capture.")],
    *,
    name: Annotated[str | None, typer.Option(help="Day and subject: 2024-05-01-two-sources.")] = None,
    why: Annotated[str, typer.Option(help="What went wrong, for who finds the test failing.")] = "",
    spider: Annotated[str, typer.Option(help="The spider whose rules read it.")] = DEFAULT_SPIDER,
    archive: ArchiveUrl = DEFAULT_URL,
    captures: CaptureDir = DEFAULT_CAPTURES,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Keep a page, and the further pages of its article, as a case; nobody has accepted it yet."""
    try:
        reader = spider_named(spider)
        if page.isdecimal():
            pages, listed_date = _from_archive(int(page), archive, captures, reader)
        else:
            pages, listed_date = pages_from(fetched(page), fetched, reader), None
        name = name or name_for(pages, listed_date, reader)
        case = record(folder, name, pages, why=why, listed_date=listed_date, spider=spider)
    except (CaseError, DamagedRecord) as error:
        refuse(error)
    print(f"{case.folder}: {len(pages)} page(s). Repair the rule, then: nongshang fixture accept {name}")


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Cases; all, if none is given.")] = None,
    folder: Folder = DEFAULT_FOLDER,
) -> None:
    """Read the cases and say, field by field, what is not as accepted; ends with 3 if anything is not."""
    wrong = 0
    for case in _chosen(folder, names or []):
        try:
            for field, expected, read in case.differences():
                wrong += 1
                _print_difference(f"{case.name} {field}", expected, read)
        except CaseError as error:
            wrong += 1
            print(error)
    if wrong:
        raise typer.Exit(int(ExitCode.RED))
    print("every case reads as accepted")


@app.command()
def accept(
    name: Annotated[str, typer.Argument(help="The case.")],
    folder: Folder = DEFAULT_FOLDER,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show what is read differently from what was accepted, and accept it once a person says so."""
    (case,) = _chosen(folder, [name])
    read = case.read_today()
    before = case.accepted() or {kind: {} for kind in read}
    changed = list(compare(before, read))
    for field, old, new in changed:
        _print_difference(field, old, new)
    if not changed:
        print("reads as accepted")
    elif yes or typer.confirm("Is this what the page says?"):
        case.accept(read)


@app.command("record-runs")
def record_whole_runs(
    name: Annotated[str, typer.Argument(help="What happened: errors-and-an-edit.")],
    *,
    why: Annotated[str, typer.Option(help="What the runs show, for who finds the test failing.")],
    archive: ArchiveUrl = DEFAULT_URL,
    captures: CaptureDir = DEFAULT_CAPTURES,
    folder: Folder = DEFAULT_RUNS,
) -> None:
    """Keep every run of an archive, to be replayed by the tests; read archive.json before you commit it."""
    try:
        with open_for_reading(archive) as opened, opened.read() as connection:
            case = record_runs(folder, name, connection, captures, why=why)
    except CaseError as error:
        refuse(error)
    print(f"{case.folder}: read archive.json before you commit it")


@app.command("accept-runs")
def accept_whole_runs(
    name: Annotated[str, typer.Argument(help="The case.")], folder: Folder = DEFAULT_RUNS
) -> None:
    """Replay a case and write what comes of it to archive.json; read the diff before you commit it."""
    try:
        case = RunCase(folder / checked_name(name))
        case.accept(case.replayed())
    except CaseError as error:
        refuse(error)


def _chosen(folder: Path, names: list[str]) -> list[Case]:
    try:
        return [case_named(folder, name) for name in names] or cases(folder)
    except CaseError as error:
        refuse(error)


def _print_difference(field: str, old: object, new: object) -> None:
    print("\n".join(difference(field, old, new)))


def _from_archive(
    number: int, archive: str, folder: Path, spider: type[SiteSpider]
) -> tuple[list[Record], str | None]:
    with open_for_reading(archive) as opened, opened.read() as connection:
        first = _kept(connection, folder, kept.c.id == number)
        if first is None:
            raise CaseError(f"there is no capture {number}")

        def fetch(url: str) -> Record | None:
            return _kept(connection, folder, (kept.c.url == url) & (kept.c.id > number))

        listed_date = connection.scalar(select(ledger.c.listed_date).where(ledger.c.url == first.url))
        return pages_from(first, fetch, spider), listed_date


def _kept(connection: Connection, folder: Path, which: object) -> Record | None:
    original = kept.alias()
    query = select(kept, *body_columns(original)).outerjoin(original, original.c.id == kept.c.original_id)
    row = connection.execute(query.where(which).order_by(kept.c.id).limit(1)).first()  # type: ignore[arg-type]
    return None if row is None else read_capture(folder, place_of(row), body_place_of(row))


def fetched(url: str) -> Record:
    """A page, asked for once, with a bound on time and size.

    Raises:
        CaseError: it is no address, or brought no page.
    """
    if not url.startswith(("http://", "https://")):
        raise CaseError(f"{url!r} is neither an address nor the number of a capture")
    try:
        with urlopen(Request(url, headers={"User-Agent": USER_AGENT}), timeout=_TIMEOUT) as answer:  # noqa: S310 - http(s) only, checked above
            body: bytes = answer.read(MAX_BYTES + 1)
            return Record(
                "response", datetime.now(UTC), answer.url, answer.status, _lines(answer.headers), body
            )
    except (OSError, ValueError) as error:
        raise CaseError(f"{url} could not be fetched: {getattr(error, 'reason', error)}") from None


def _lines(headers: HTTPMessage) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
