"""What the body is looked for by: furniture, breadcrumb, headline and info line of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.pages.fingerprints import Match
    from crawler.pages.headline import Headline


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The landmarks of a page, as indexes into its lines and boxes."""

    headline: Headline
    info: tuple[int, ...]
    """The lines that make up the info line."""

    crumbs: tuple[str, ...]
    """The trail as printed, without the article itself."""

    furniture: tuple[bool, ...]
    """For each box, whether it holds furniture by its name."""

    template: Match | None = None
    """The template the page is known to be made with."""
