"""Cells that a spreadsheet shows and does not run."""

_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet set to Chinese takes the full-width ones too."""


def harmless_cell(value: object) -> object:
    r"""The value; a text that a spreadsheet would take for a formula gets an apostrophe in front.

    >>> harmless_cell('=HYPERLINK("http://x")')
    '\'=HYPERLINK("http://x")'
    >>> harmless_cell("\u3000@SUM(1)"), harmless_cell(" 工会")
    ("'\u3000@SUM(1)", ' 工会')
    """
    if isinstance(value, str) and any(map(_begins_formula, (value, value.lstrip()))):
        return f"'{value}"
    return value


def _begins_formula(text: str) -> bool:
    # Asked without the space in front too, which a spreadsheet can be told to trim.
    return text.startswith(_STARTS_FORMULA)
