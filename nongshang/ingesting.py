"""`nongshang ingest`: pages that others have fetched, taken into the archive."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.ingest import Ingest, PagesClock
from crawler.pages.reading import Reader
from crawler.plan import CrawlPlan, WrongUse
from crawler.replay import INGESTED
from crawler.report import ExitCode
from crawler.saved import SavedPage, saved_pages
from nongshang.archive import DEFAULT_CAPTURES, DEFAULT_URL, ArchiveUrl, CaptureDir
from nongshang.cases import DEFAULT_SPIDER, CaseError, spider_named
from nongshang.errors import refuse
from pipelines.urls import Site
from storage.archive import Archive
from storage.captures import Keeper, open_folder, settle
from storage.errors import ArchiveError, ArchiveLocked
from storage.run import Run
from storage.warc import DamagedRecord

_TAKEN_IN = ("articles:", "refused:", "stored:list")


def ingest(  # noqa: PLR0913 - one an option
    targets: Annotated[list[Path], typer.Argument(help="WARC files, saved pages, or folders of them.")],
    *,
    base_url: Annotated[
        str,
        typer.Option(envvar="NONGSHANG_BASE_URL", help="Root of the site; a saved page stands at its path."),
    ],
    hosts: Annotated[str, typer.Option(help="Further hosts of the same site, comma-separated.")] = "",
    spider: Annotated[str, typer.Option(help="The spider whose rules read the pages.")] = DEFAULT_SPIDER,
    archive: ArchiveUrl = DEFAULT_URL,
    captures: CaptureDir = DEFAULT_CAPTURES,
) -> None:
    """Take pages fetched by others into the archive, as a run of its own; ends with 3 if some are damaged."""
    try:
        plan = CrawlPlan.from_arguments({"base_url": base_url, "hosts": hosts})
        reads = spider_named(spider)
        pages, damage = _pages(targets, plan.base_url)
        reader = Reader(Site.of(plan.base_url, plan.hosts), reads.site_name, reads.article_page)
        with Archive.open(archive) as opened, opened.one_run():
            ended = _ingest(opened, captures, plan, spider, reader, pages, damage)
    except (WrongUse, CaseError) as error:
        refuse(error)
    except ArchiveLocked as error:
        refuse(error, ExitCode.LOCKED)
    except ArchiveError as error:
        refuse(error, ExitCode.FAULT)
    if ended:
        raise typer.Exit(int(ended))


def _pages(targets: list[Path], base_url: str) -> tuple[list[SavedPage], list[str]]:
    """The pages of all targets, and where a file could not be read on."""
    pages: list[SavedPage] = []
    damage = []
    for target in targets:
        if not target.exists():
            refuse(f"no file or folder: {target}")
        try:
            pages.extend(saved_pages(target, base_url))
        except DamagedRecord as error:
            damage.append(str(error))
    if not pages and not damage:
        refuse(f"no page in {', '.join(map(str, targets))}")
    return pages, damage


def _ingest(  # noqa: PLR0913, PLR0917 - what a run is made of
    opened: Archive,
    captures: Path,
    plan: CrawlPlan,
    spider: str,
    reader: Reader,
    pages: list[SavedPage],
    damage: list[str],
) -> ExitCode:
    settle(opened, open_folder(captures))
    clock = PagesClock()
    run = Run.begin(opened, spider=spider, mode="ingest", base_url=plan.base_url, clock=clock)
    note = {"run": run.id, "spider": spider, "arguments": plan.as_arguments(), INGESTED: True}
    keeper = Keeper(opened, captures, run.id, {**note, "started_at": run.began.isoformat()})
    work = Ingest(run, plan, keeper, reader, clock)
    work.take(pages)
    keeper.close()
    clock.at = None
    red = bool(damage or work.left_out["damaged"])
    code = ExitCode.RED if red else ExitCode.HEALTHY
    stats = {"tally": dict(run.tally), "left_out": dict(work.left_out)}
    run.finish("red" if red else "healthy", code, "finished", stats)
    _show(run, work, damage)
    return code


def _show(run: Run, work: Ingest, damage: list[str]) -> None:
    print(f"run {run.id}:")
    for name, count in sorted(run.tally.items()):
        if name.startswith(_TAKEN_IN):
            print(f"  {name.replace(':', ': '):<40}{count:>8}")
    for reason, count in work.left_out.most_common():
        print(f"  {'left out: ' + reason:<40}{count:>8}")
    for line in damage:
        print(f"! {line}")
