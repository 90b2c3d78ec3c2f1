"""What the walk over a whole page gathers is what each element says when asked alone."""

import pytest
from lxml import html

from crawler.pages.markup import PageText, pieces_of, text_of

PAGES = [
    "<p>青禾 <b>农商</b>银行</p>tail<br>more",
    "<div>one<script>var two;</script>three<noscript><a href='/'>four</a>five</noscript>six</div>",
    "<ul> <li><a>甲</a> 2026-03-01</li> <!-- 乙 --> <li>丙<textarea>丁</textarea>戊</li> </ul>",
    "<table><tr><td>x<td><style>y</style></table>",
]


@pytest.mark.parametrize("body", PAGES)
def test_the_page_gives_the_text_of_every_element(body):
    root = html.document_fromstring(f"<html><head><title>t</title></head><body>{body}</body></html>")
    page = PageText(root)
    for element in root.iter():
        assert page.pieces(element) == pieces_of(element)
        assert page.of(element) == text_of(element)
