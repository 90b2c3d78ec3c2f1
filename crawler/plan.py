"""What one crawl was asked to do: the spider arguments, checked before anything is touched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

Mode = Literal["incremental", "backfill", "recheck"]


class WrongUse(ValueError):  # noqa: N818 - named for what the operator did, and always answered with exit code 2
    """An argument the job can't work with; the message says how to give it."""


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """The checked arguments of `scrapy crawl nongshang`."""

    base_url: str
    hosts: tuple[str, ...] = ()
    mode: Mode = "incremental"
    since: date | None = None
    until: date | None = None
    sections: tuple[str, ...] = ()
    limit: int | None = None

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str], *, base_url: str | None = None) -> "CrawlPlan":
        """Check the `-a` arguments; `base_url` is the environment's, used where none is given.

        Raises:
            WrongUse: an unknown argument, or a value that can't be used.
        """
        unknown = sorted(set(arguments) - set(cls.__dataclass_fields__))
        if unknown:
            known = ", ".join(cls.__dataclass_fields__)
            raise WrongUse(f"unknown argument {unknown[0]!r}; known: {known}")
        since, until = _day(arguments, "since"), _day(arguments, "until")
        if since and until and since > until:
            raise WrongUse(f"since={since} lies after until={until}")
        return cls(
            base_url=_root(arguments.get("base_url") or base_url),
            hosts=_names(arguments, "hosts"),
            mode=_mode(arguments.get("mode", "incremental")),
            since=since,
            until=until,
            sections=_names(arguments, "sections"),
            limit=_count(arguments, "limit"),
        )

    @property
    def is_whole(self) -> bool:
        """Whether the run looks everywhere, so that what it does not find may be missed."""
        return not (self.since or self.until or self.sections or self.limit)

    @property
    def scope(self) -> dict[str, Any]:
        """What tells two crawls of one mode apart: a crawl cut off is gone on with by one of the same scope."""
        return {
            "hosts": sorted(self.hosts),
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "sections": sorted(self.sections),
        }

    def as_arguments(self) -> dict[str, str]:
        """The `-a` arguments that make this plan again."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: ",".join(value) if isinstance(value, tuple) else str(value)
            for name, value in said.items()
            if value
        }

    def covers(self, day: date | None) -> bool:
        """Whether an article of that day is wanted; one that states no day is."""
        return day is None or ((self.since or day) <= day <= (self.until or day))

    def looks_at(self, url: str, *names: str) -> bool:
        """Whether a page is in one of the sections asked for, by its path or by what its section is called."""
        if not self.sections:
            return True
        path = urlsplit(url).path
        return any(
            path.startswith(section)
            if section.startswith("/")
            else section in names or section == "/".join(names)
            for section in self.sections
        )


def _root(value: str | None) -> str:
    if not value:
        raise WrongUse(
            "no base_url: give the root of the site with -a base_url=https://… or NONGSHANG_BASE_URL"
        )
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.hostname is not None and parts.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        usable = False
    if not usable:
        raise WrongUse(
            f"base_url={value!r} is not the address of a site; it looks like https://www.example.cn/"
        )
    if parts.username is not None or parts.password is not None:  # not repeated here: a log may keep it
        raise WrongUse("base_url holds a user name or a password; the job logs in nowhere")
    return value if parts.path else f"{value}/"


def _mode(value: str) -> Mode:
    for mode in get_args(Mode):
        if value == mode:
            return mode  # type: ignore[no-any-return]
    raise WrongUse(f"unknown mode {value!r}; known: {', '.join(get_args(Mode))}")


def _day(arguments: Mapping[str, str], name: str) -> date | None:
    value = arguments.get(name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise WrongUse(f"{name}={value!r} is not a date; it looks like 2020-10-26") from None


def _count(arguments: Mapping[str, str], name: str) -> int | None:
    value = arguments.get(name)
    if not value:
        return None
    if not value.isdecimal() or int(value) == 0:
        raise WrongUse(f"{name}={value!r} is not a number of articles; it looks like 100")
    return int(value)


def _names(arguments: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in arguments.get(name, "").split(",") if part.strip())
