"""Our pages as a plug-in of Datasette, and what every answer of the server must carry."""

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils.asgi import Request, Response

from nongshang.spreadsheet import harmless_cell
from nongshang.web import pages
from storage.archive import Archive

if TYPE_CHECKING:
    from nongshang.web.wording import Language

OURS = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
DATASETTES = (
    # Datasette writes its scripts and styles into the page.
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_Call = Callable[..., Awaitable[None]]


class Door:
    """The plug-in, for one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.__name__ = __package__  # Datasette takes a plug-in for a module

    @hookimpl
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """Where our pages stand."""
        return [
            (r"^/$", self.home),
            (r"^/search$", self.search),
            (r"^/article/(?P<number>\d{1,9})$", self.article),
            (r"^/article/(?P<number>\d{1,9})/diff/(?P<old>\d{1,9})/(?P<new>\d{1,9})$", self.difference),
            (r"^/style\.css$", self.style),
        ]

    @hookimpl
    def asgi_wrapper(self) -> Callable[[_Call], _Call]:
        """Guard every answer, Datasette's own too."""
        return _guarded

    async def home(self, request: Request) -> Response:
        """The state of the archive."""
        return await self._answer(request, pages.home)

    async def search(self, request: Request) -> Response:
        """What a search finds."""
        return await self._answer(request, pages.results)

    async def article(self, request: Request) -> Response:
        """One article."""
        number = int(request.url_vars["number"])
        return await self._answer(request, lambda *given: pages.article(given[0], number, *given[1:]))

    async def difference(self, request: Request) -> Response:
        """Two revisions of an article."""
        old, new = int(request.url_vars["old"]), int(request.url_vars["new"])
        return await self._answer(request, lambda *given: pages.difference(given[0], old, new, *given[1:]))

    async def style(self) -> Response:
        """The style sheet of our pages."""
        return Response(pages.style(), content_type="text/css; charset=utf-8")

    async def _answer(self, request: Request, page: Callable[..., str | None]) -> Response:
        asked = {name: request.args[name] for name in request.args if name != "lang"}
        chosen = request.args.get("lang") or request.cookies.get("lang")
        language: Language = "en" if chosen == "en" else "zh"

        def read() -> str | None:
            with self._archive.read() as connection:
                return page(connection, asked, language)

        # In a thread of its own: a long search must not hold up another reader's page.
        made = await asyncio.to_thread(read)
        answer = Response.html(made or pages.missing(language), status=200 if made else 404)
        answer.headers["Content-Security-Policy"] = OURS
        if request.args.get("lang"):
            answer.set_cookie("lang", language, max_age=10_000_000, samesite="lax")
        return answer


def _guarded(app: _Call) -> _Call:
    async def guarded(scope: dict[str, Any], receive: Any, send: _Call) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        await app(scope, receive, _Guard(send, is_csv=scope["path"].endswith(".csv")))

    return guarded


class _Guard:
    """Adds the headers that keep a page to itself, and makes the cells of a CSV harmless."""

    def __init__(self, send: _Call, *, is_csv: bool) -> None:
        self._send = send
        self._start: dict[str, Any] = {}
        self._csv = bytearray() if is_csv else None

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._begin(message)
        elif self._csv is None:
            await self._send_start()
            await self._send(message)
        else:
            self._csv += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_start()
                await self._send({"type": "http.response.body", "body": _harmless_csv(bytes(self._csv))})

    def _begin(self, message: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in message["headers"]}
        headers.setdefault(b"content-security-policy", DATASETTES.encode())
        headers[b"x-content-type-options"] = b"nosniff"
        headers[b"referrer-policy"] = b"no-referrer"
        if self._csv is not None:
            headers.pop(b"content-length", None)
        self._start = {**message, "headers": list(headers.items())}

    async def _send_start(self) -> None:
        if self._start:
            start, self._start = self._start, {}
            await self._send(start)


def _harmless_csv(body: bytes) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_ALL)
    for row in csv.reader(io.StringIO(body.decode(), newline="")):
        writer.writerow(map(harmless_cell, row))
    return made.getvalue().encode()
