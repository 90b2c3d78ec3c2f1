"""The bytes decide; what is declared is one opinion."""

import pytest

from crawler.pages.decoding import as_utf8
from pipelines.refusals import Undecodable

LOST = "\ufffd"
TEXT = "<p>柳溪农商银行支持春耕，贷款余额达四十七亿元。</p>"


def decode(body: bytes, declared: str | None = None) -> str:
    return as_utf8(body, declared).decode()


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030", "utf-8-sig"])
@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "gbk", "iso-8859-1", "no-such-charset"])
def test_header_that_lies_changes_nothing(encoding: str, declared: str | None) -> None:
    assert decode(TEXT.encode(encoding), declared) == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("meta", ["utf-8", "gb2312", "big5"])
def test_meta_that_lies_changes_nothing(encoding: str, meta: str) -> None:
    page = f'<meta charset="{meta}">{TEXT}'
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize("text", ["公告", "中国", "工会", "农信社", "联通", "停电通知"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_four_undeclared_bytes_are_never_taken_for_big5(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_characters_beyond_gb2312_under_its_label_are_exact() -> None:
    page = '<meta charset="gb2312"><p>㐂𠮷€镕的公告，请各网点遵照执行，不得有误。</p>'
    assert decode(page.encode("gb18030")) == page


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_read_with_and_without_a_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_declared_big5_is_read_where_it_is_true() -> None:
    page = "<p>農業銀行支持春耕，貸款餘額達四十七億元。</p>"
    assert decode(page.encode("big5"), "big5") == page


def test_description_cut_in_the_middle_of_a_character_spoils_no_page() -> None:
    body = b'<meta name="description" content="' + "柳溪".encode()[:-1] + b'">' + TEXT.encode() * 200
    assert TEXT in decode(body)


@pytest.mark.parametrize(
    "body",
    [
        bytes(range(128, 256)) * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
        TEXT.encode() * 3 + TEXT.encode("gbk") * 3,
    ],
    ids=["high bytes", "a picture", "two charsets in one page"],
)
def test_bytes_that_are_text_in_no_charset_are_refused(body: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(body)


def test_control_and_direction_characters_are_removed() -> None:
    assert decode("柳\x00溪\u202e农\u200b商\ufeff银\x07行".encode()) == "柳溪农商银行"


def test_a_character_the_site_lost_is_removed() -> None:
    assert decode(f"点赞{LOST}{LOST}{TEXT * 100}".encode()) == f"点赞{TEXT * 100}"


def test_many_characters_the_site_lost_stay_for_whoever_stores_a_field() -> None:
    assert decode(f"点赞{LOST}{LOST}柳溪农商银行".encode()) == f"点赞{LOST}{LOST}柳溪农商银行"


def test_text_in_another_script_is_left_alone() -> None:
    assert decode("Café, Привет".encode()) == "Café, Привет"
