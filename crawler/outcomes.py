"""How a request that brought no page ended: the state and the named reason the ledger keeps."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from scrapy.exceptions import (
    CannotResolveHostError,
    CloseSpider,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.guard import OffLimits
from storage.models import EndState
from storage.run import FORBIDDEN

_FAILURES: dict[type[Exception], str] = {
    CannotResolveHostError: "dns",
    DownloadConnectionRefusedError: "connection-refused",
    DownloadTimeoutError: "timeout",
    ResponseDataLossError: "cut-short",
    DownloadFailedError: "connection-lost",
}


CAPTURE_ID = "capture_id"
FETCHED_AT = "fetched_at"
"""Keys of `Response.meta` under which the web archive says which capture a response is, and of when."""


NOT_MODIFIED = 304


class RunEnds(IgnoreRequest):
    """Nothing can be answered any more; the message is the reason the run stops for."""


class Outcome(NamedTuple):
    """An end without a page; `failed` is tried again, the others are not."""

    state: EndState
    reason: str


def outcome_of_error(error: BaseException | None) -> Outcome:
    """Name what went wrong on the way to a page.

    Raises:
        CloseSpider: the run ends here, and leaves what it asked for to a later one.
    """
    if isinstance(error, RunEnds):
        raise CloseSpider(str(error))
    if isinstance(error, OffLimits):
        return Outcome("offsite", error.reason)
    if isinstance(error, DownloadCancelledError):
        return Outcome("refused", "too-large")
    if isinstance(error, IgnoreRequest):
        return _ignored(str(error))
    if isinstance(error, ValueError) and "Missing scheme" in str(error):  # a redirect to javascript:
        return Outcome("offsite", "scheme")
    for kind, reason in _FAILURES.items():
        if isinstance(error, kind):
            return Outcome("failed", reason)
    return Outcome("failed", type(error).__name__)


def _ignored(message: str) -> Outcome:
    if "robots.txt" in message:
        return Outcome("skipped", FORBIDDEN)
    if "redirection" in message:
        return Outcome("failed", "redirect-loop")
    if "decompression" in message or "size" in message:
        return Outcome("refused", "too-large")
    return Outcome("failed", "ignored")


def moved_for_good(meta: Mapping[str, Any]) -> bool:
    """Whether the redirects on the way to a page say that it moved, not that it stands elsewhere today."""
    reasons = meta.get("redirect_reasons") or [None]
    return all(reason in {301, 308} for reason in reasons)


def outcome_of_status(status: int) -> Outcome | None:
    """The end a status alone decides; None where there is a page to read."""
    if status in {404, 410}:
        return Outcome("gone", f"http-{status}")
    return None if status == 200 else Outcome("failed", f"http-{status}")  # noqa: PLR2004 - HTTP
