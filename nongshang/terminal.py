"""Printed text on a terminal: a page must not be able to move the cursor or colour what follows."""

import unicodedata

_KEPT = {"\n", "\t"}


def harmless(text: str) -> str:
    """The text, one character for one, with control and direction characters made visible as `�`."""
    return "".join("�" if unicodedata.category(c) in {"Cc", "Cf"} and c not in _KEPT else c for c in text)
