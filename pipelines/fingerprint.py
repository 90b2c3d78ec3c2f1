"""When two texts say the same: folding for comparison, and the digest of a story."""

import hashlib
import unicodedata
from collections.abc import Iterable

# Marks that NFKC leaves in two widths. Folded for comparison only: the archive keeps what was printed.
_PUNCTUATION = str.maketrans("。、《》〈〉【】〔〕「」『』“”‘’—–−·•～", ".,<><>[][]\"\"\"\"\"\"''---··~")

SHORT = 40
"""Characters below which a body is no story's own text (见附件, 图片新闻): title and attachments then count too."""


def fold(text: str) -> str:
    """The text as it is compared: width, case, quotes and white space aside.

    >>> fold("农商行 ＡＢＣ，“支农”") == fold("农商行abc,\\"支农\\"")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_PUNCTUATION)
    return "".join(folded.split())


def content_hash(title: str, body: str, attachments: Iterable[str] = ()) -> str:
    """SHA-256 (hexadecimal) of a story's folded text.

    Only the body counts, so that a story under another headline is the same
    story; a body shorter than `SHORT` counts together with title and attachments.
    """
    text = fold(body)
    if len(text) < SHORT:
        text = "\n".join([text, fold(title), *sorted(attachments)])
    return hashlib.sha256(text.encode()).hexdigest()
