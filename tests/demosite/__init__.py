"""A static news site in the stock markup of EmpireCMS, every story on it invented.

`python -m tests.demosite OUT` writes it; a test can change the stories first
and so see what a crawl makes of a site that moves:

    site = Site(Catalogue.load())
    site.write(folder)
    replace(site, edition=2).write(folder)   # regenerated: sidebars move, stories stay
    replace(site, catalogue=site.catalogue.change("tea-season", pinned=True)).write(folder)
"""

from nongshang.loopback import serve
from tests.demosite.catalogue import Catalogue, Copy, Credit, Link, Section, Story
from tests.demosite.expected import expectation
from tests.demosite.site import Site

__all__ = [
    "Catalogue",
    "Copy",
    "Credit",
    "Link",
    "Section",
    "Site",
    "Story",
    "expectation",
    "serve",
]
