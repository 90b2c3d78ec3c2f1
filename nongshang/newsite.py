"""`nongshang newsite`: a second site begins with a spider, a page class and a case that fails until it is read."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from nongshang.cases import CaseError, checked_name, record
from nongshang.errors import refuse
from nongshang.fixtures import DEFAULT_FOLDER, fetched

_SPIDERS, _PAGES = Path("crawler/spiders"), Path("crawler/pages")

_SPIDER = '''"""{title}: where to look."""

from crawler.pages.{name} import {kind}Page
from crawler.spiders.base import SiteSpider


class {kind}Spider(SiteSpider):
    """Crawl {title}."""

    name = "{name}"
    article_page = {kind}Page
    site_name = "{title}"
'''

_PAGE = '''"""{title}: what only its pages have. A field that the general rules misread is replaced here."""

from crawler.pages.base import ArticlePage


class {kind}Page(ArticlePage):
    """An article of {title}."""
'''


def newsite(
    page: Annotated[str, typer.Argument(help="Address of an ordinary article of the site.")],
    *,
    title: Annotated[str, typer.Option(help="What the site calls itself: 示例农金网.")],
    name: Annotated[
        str | None, typer.Option(help="Name of the spider; from the domain, if not given.")
    ] = None,
    root: Annotated[Path, typer.Option(help="The project's folder.")] = Path(),
) -> None:
    """Start a spider and a page class for another site, with one of its articles as the first case."""
    try:
        name = _checked(name or _name_of(page), title)
        files = {root / _SPIDERS / f"{name}.py": _SPIDER, root / _PAGES / f"{name}.py": _PAGE}
        _check_free(root, files)
        case = checked_name(f"{name.replace('_', '-')}-first-page")
        why = f"An ordinary article of {title}: the first page its rules were written for"
        made = record(root / DEFAULT_FOLDER, case, [fetched(page)], why=why, listed_date=None, spider=name)
    except CaseError as error:
        refuse(error)
    for file, template in files.items():
        file.write_text(template.format(name=name, title=title, kind=_kind(name)), "utf-8")
        print(file)
    print(f"{made.folder}: fails until you have read it: nongshang fixture accept {case}")


def _name_of(url: str) -> str:
    """What tells the domain from others: `example` of `www.example.com.cn`."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "_", host.partition(".")[0])


def _checked(name: str, title: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise CaseError(f"{name!r} is no name for a spider: small letters, digits, _; give one with --name")
    if not title.isprintable() or set(title) & set('"\\{}'):
        raise CaseError(f"{title!r} is no name of a site")
    return name


def _check_free(root: Path, files: dict[Path, str]) -> None:
    if not (root / _SPIDERS).is_dir():
        raise CaseError(f"no {_SPIDERS} in {root.absolute()}: run this in the project's folder")
    for file in files:
        if file.exists():
            raise CaseError(f"{file} is there already")


def _kind(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
