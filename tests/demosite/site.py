"""The site as files."""

from collections import ChainMap
from dataclasses import dataclass
from pathlib import Path

from tests.demosite.assets import assets
from tests.demosite.catalogue import Catalogue
from tests.demosite.pages import Printer

CHARSET = "gbk"
"""What the GBK build writes; its pages call it gb2312."""


@dataclass(frozen=True, slots=True)
class Site:
    """One state of the site; `dataclasses.replace` gives the next."""

    catalogue: Catalogue
    per_page: int = 8
    edition: int = 1
    """Counts regenerations: sidebars and hidden characters differ, stories do not."""

    def files(self) -> dict[str, bytes]:
        """Every file of the site by its path, `/` first."""
        printer = Printer(self.catalogue, self.per_page, self.edition)
        pages = ChainMap(
            printer.home(),
            *map(printer.section, self.catalogue.sections),
            *map(printer.story, self.catalogue.stories),
        )
        # A character GBK lacks is stored as a numeric reference, as the CMS does with what a form sends.
        html = {path: text.encode(CHARSET, "xmlcharrefreplace") for path, text in pages.items()}
        return html | assets(self.catalogue)

    def write(self, folder: Path) -> None:
        """Bring a folder to this state: pages of removed stories go, unchanged files keep their time."""
        files = {folder / path.lstrip("/"): content for path, content in self.files().items()}
        for section in self.catalogue.children(None):
            for page in (folder / section.path.strip("/")).rglob("*.html"):
                if page not in files:
                    page.unlink()
        for file, content in files.items():
            if not file.exists() or file.read_bytes() != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
