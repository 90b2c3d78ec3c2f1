"""When two texts say the same: folding for comparison, and the digest of a story."""

import hashlib
import unicodedata

# Marks that NFKC leaves in two widths. Folded for comparison only: the archive keeps what was printed.
_PUNCTUATION = str.maketrans("。、《》〈〉【】〔〕「」『』“”‘’—–−·•～", '.,<><>[][]""""""\'\'---··~')


def fold(text: str) -> str:
    r"""The text as it is compared: width, case, quotes and white space aside.

    >>> fold("农商行 ＡＢＣ，“支农”") == fold("农商行abc,\\"支农\\"")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_PUNCTUATION)
    return "".join(folded.split())


def content_hash(body: str) -> str:
    """SHA-256 (hexadecimal) of the folded body: two pages with one are one story, whatever their headline."""
    return hashlib.sha256(fold(body).encode()).hexdigest()
