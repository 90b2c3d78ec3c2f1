"""Cells that a spreadsheet shows and does not run."""

_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet set to Chinese takes the full-width ones too."""


def harmless_cell(value: object) -> object:
    r"""The value; a text that a spreadsheet would take for a formula gets an apostrophe in front.

    >>> harmless_cell('=HYPERLINK("http://x")')
    '\'=HYPERLINK("http://x")'
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_FORMULA) else value
