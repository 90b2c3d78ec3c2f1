"""One address an article: the canonical form of a URL, and which URLs are one site."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

_DEFAULT_PORTS = {"http": 80, "https": 443}

_SHARE_MARK = re.compile(
    r"utm_\w+|hm(sr|pl|cu|kw|ci)|s[cp]m|isappinstalled|nsukey|mpshare|clicktime|enterid|ivk_sa"
    r"|tdsourcetag|share(r?_\w+)?|weibo_id|bd_vid|gclid|fbclid|_from|ssid_from",
    re.IGNORECASE,
)
"""Query keys that say how a reader came, never what is read."""

_SHARED_FROM = re.compile(
    r"timeline|[a-z]+message|wechat|weixin|weibo|qq|qzone|qrcode|app|share|mobile|baidu",
    re.IGNORECASE,
)
"""Values of `from` that messengers and share buttons add; other values may pick the content."""

_SESSION_KEY = re.compile(r"php_?sess(ion)?_?id|j?session_?id|aspsessionid\w*|cfid|cftoken", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";\w*session_?id=[^/;?#]*", re.IGNORECASE)
_LONG_HEX = re.compile(r"[0-9a-f]{16,}", re.IGNORECASE)

_HOST = re.compile(r"[^\s%]+")
_STATIC = re.compile(r"\.s?html?$", re.IGNORECASE)
_INDEX = re.compile(r"/(index\.(s?html?|php|aspx?|jsp)|default\.(s?html?|aspx?))$", re.IGNORECASE)

_STEP = r"[\w~-][\w.~-]*"
_PLAIN = re.compile(rf"https?://[a-z0-9]+(?:[.-][a-z0-9]+)*/(?:{_STEP}/)*(?:{_STEP})?", re.ASCII)
"""An address, as most are, on which no rule but that of index pages has anything to say."""

_SHOW = re.compile(r"/showinfo-(\d+)-(\d+)(?:-\d+)?\.s?html?$", re.IGNORECASE)


@lru_cache(maxsize=8192)
def canonical_url(url: str, *, base: str | None = None) -> str:
    """The one spelling under which an address is compared and stored.

    The pages of a site repeat each other's links, so the latest answers are kept.

    Args:
        url: an address as written in a page, relative or absolute.
        base: the address of that page.

    Raises:
        ValueError: it is no http(s) address of a page: another scheme, no host, a login in it, not parsable.
    """
    written = re.sub(r"[\t\r\n]", "", url).strip().replace("\\", "/")
    named = _SESSION_IN_PATH.sub("", written)
    absolute = urljoin(base, named) if base else named
    if _PLAIN.fullmatch(absolute):
        return _INDEX.sub("/", absolute)
    if not _is_page_address(absolute):
        raise ValueError(f"not the address of a page: {url[:200]!r}")
    parts = urlsplit(canonicalize_url(absolute))
    for rule in _RULES:
        parts = rule(parts)
    return urlunsplit(parts)


def identity_of(url: str) -> tuple[str, str] | None:
    """(classid, id) where the address itself carries them: one article, dynamic or rewritten."""
    parts = urlsplit(url)
    if rewritten := _SHOW.search(parts.path):
        return rewritten[1], rewritten[2]
    query = dict(parse_qsl(parts.query))
    classid, number = query.get("classid", ""), query.get("id", "")
    return (classid, number) if classid.isdecimal() and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Site:
    """Which addresses are one site: http/https and bare/www twins of its hosts."""

    origin: str
    """Scheme, host and port every twin is mapped to: `https://www.example.cn`."""

    hosts: tuple[str, ...] = ()
    """Origins of further hosts of the same site."""

    @classmethod
    def of(cls, base_url: str, hosts: Iterable[str] = ()) -> "Site":
        """The site at `base_url`; further hosts may be bare names and then share its scheme.

        Raises:
            ValueError: an address among them is none.
        """
        origin = _origin(canonical_url(base_url))
        scheme = urlsplit(origin).scheme
        named = (host if "://" in host else f"{scheme}://{host}" for host in hosts)
        return cls(origin, tuple(_origin(canonical_url(host)) for host in named))

    @property
    def host(self) -> str:
        """The name under which the archive keeps the site, without port."""
        return urlsplit(self.origin).hostname or ""

    def same_site(self, url: str) -> bool:
        """True where the address is on one of the site's hosts and ports."""
        return url.startswith(f"{self.origin}/") or self._home_of(url) is not None

    def offsite_reason(self, url: str) -> str:
        """The name an address off the site is counted under: another host, or another port."""
        hosts = {_twin_key(home)[0] for home in (self.origin, *self.hosts)}
        return "offsite:port" if _twin_key(url)[0] in hosts else "offsite:host"

    def to_site(self, url: str) -> str:
        """The canonical address, twins mapped to the site's own scheme and host; others unchanged.

        Raises:
            ValueError: as `canonical_url`.
        """
        return self.twin(canonical_url(url, base=f"{self.origin}/"))

    def twin(self, canonical: str) -> str:
        """As `to_site`, of an address in canonical form."""
        if canonical.startswith(f"{self.origin}/"):
            return canonical
        home = self._home_of(canonical)
        if home is None or canonical.startswith(f"{home}/"):
            return canonical
        scheme, netloc, *_ = urlsplit(home)
        return urlunsplit(urlsplit(canonical)._replace(scheme=scheme, netloc=netloc))

    def _home_of(self, url: str) -> str | None:
        """The origin an address belongs to."""
        try:
            wanted = _twin_key(url)
        except ValueError:
            return None
        return next((home for home in (self.origin, *self.hosts) if _twin_key(home) == wanted), None)


@lru_cache(maxsize=8192)
def _twin_key(url: str) -> tuple[str, int | None]:
    """Host without www, and the port where it is not the scheme's own: equal for twins."""
    parts = urlsplit(url)
    port = None if parts.port == _DEFAULT_PORTS.get(parts.scheme) else parts.port
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not on the web: {url[:200]!r}")
    return parts.hostname.rstrip(".").removeprefix("www."), port


def _origin(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path="", query="", fragment=""))


def _is_page_address(url: str) -> bool:
    parts = urlsplit(url)
    named = _HOST.fullmatch((parts.hostname or "").strip("."))
    if parts.scheme not in _DEFAULT_PORTS or not named or "@" in parts.netloc:
        return False
    return parts.port != 0  # reading .port raises ValueError where it is no number


def _plain_host(parts: SplitResult) -> SplitResult:
    """Host in lower case without a trailing dot, port only where it is not the scheme's own."""
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return parts._replace(netloc=host + port)


def _single_slashes(parts: SplitResult) -> SplitResult:
    """A doubled slash is a template's slip; servers give the same page."""
    return parts._replace(path=re.sub(r"/{2,}", "/", parts.path))


def _without_session(parts: SplitResult) -> SplitResult:
    return parts._replace(query=_keep(parts.query, _is_no_session))


def _without_share_marks(parts: SplitResult) -> SplitResult:
    return parts._replace(query=_keep(parts.query, _is_no_share_mark))


def _without_select_variant(parts: SplitResult) -> SplitResult:
    """A select pager adds `?N` to static pages to force a reload: the same page."""
    if _STATIC.search(parts.path) and re.fullmatch(r"\d+=?", parts.query):
        return parts._replace(query="")
    return parts


def _without_first_page(parts: SplitResult) -> SplitResult:
    """The dynamic pages of EmpireCMS count from zero: page 0 is the address without a page."""
    if "/e/action/" in parts.path:
        return parts._replace(query=_keep(parts.query, lambda key, value: (key, value) != ("page", "0")))
    return parts


def _without_index(parts: SplitResult) -> SplitResult:
    """`/news/index.html` is `/news/`; with a query it is a programme, and stays."""
    if parts.query:
        return parts
    return parts._replace(path=_INDEX.sub("/", parts.path))


_RULES: tuple[Callable[[SplitResult], SplitResult], ...] = (
    _plain_host,
    _single_slashes,
    _without_session,
    _without_share_marks,
    _without_select_variant,
    _without_first_page,
    _without_index,
)


def _keep(query: str, wanted: Callable[[str, str], bool]) -> str:
    """The query's pairs that are wanted, spelled as they were."""
    pairs = (pair.partition("=") for pair in query.split("&"))
    return "&".join(key + equals + value for key, equals, value in pairs if wanted(key, value))


def _is_no_session(key: str, value: str) -> bool:
    return not (_SESSION_KEY.fullmatch(key) or (key.lower() == "sid" and _LONG_HEX.fullmatch(value)))


def _is_no_share_mark(key: str, value: str) -> bool:
    return not (_SHARE_MARK.fullmatch(key) or (key.lower() == "from" and _SHARED_FROM.fullmatch(value)))
