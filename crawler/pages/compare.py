"""Text as it is compared, never as it is stored."""

import unicodedata


def fold(text: str) -> str:
    """Return the text with width, case and white space folded."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
