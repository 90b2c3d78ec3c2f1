"""The named reasons for dropping a page.

    Refusal
    ├── NotAnArticle      a list, a home page, a form: nothing here is one story
    ├── NoBody            a heading and a byline, but neither text nor attachment
    ├── NeedsJavascript   a script shell without text
    ├── SoftNotFound      信息提示 and its like, served with status 200
    ├── Undecodable       bytes that are text in no charset
    └── TooLarge          beyond the bound on bytes, depth or text

A refusal is a verdict on a page, not a fault: the page's bytes are kept and the
reason becomes a row of `rejections`.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a verdict, not an error
    """A page that is not stored, with the reason analysts and operators count it under.

    Args:
        detail: what was seen on this page, one line, for a person.
    """

    reason: ClassVar[str] = "refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class NotAnArticle(Refusal):
    """A list, a home page, a form: nothing here is one story."""

    reason = "not-an-article"


class NoBody(Refusal):
    """A heading and a byline, but neither text nor attachment."""

    reason = "no-body"


class NeedsJavascript(Refusal):
    """A script shell without text."""

    reason = "needs-javascript"


class SoftNotFound(Refusal):
    """信息提示 and its like: an error page served with status 200."""

    reason = "soft-404"


class Undecodable(Refusal):
    """Bytes that are text in no charset."""

    reason = "undecodable"


class TooLarge(Refusal):
    """Beyond the bound on bytes, depth or text."""

    reason = "too-large"
