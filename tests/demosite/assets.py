"""What a site holds besides pages: pictures, documents, a style sheet, robots.txt."""

import struct
import zlib

from tests.demosite.catalogue import Catalogue
from tests.demosite.template import FOLDER

ROBOTS = """\
User-agent: *
Disallow: /d/
Disallow: /e/class/
Disallow: /e/config/
Disallow: /e/data/
Disallow: /e/enews/
Disallow: /e/update/
"""


def assets(catalogue: Catalogue) -> dict[str, bytes]:
    """Every file that is not a page, by its path."""
    uploads = {
        line.url: picture(line.url) if line.kind == "image" else document(line.url)
        for story in catalogue.stories
        for line in story.lines
        if line.is_attached
    }
    return {
        "/robots.txt": ROBOTS.encode(),
        "/skin/default/css/style.css": (FOLDER / "style.css").read_bytes(),
        "/d/file/p/cover.png": picture("cover"),
        **uploads,
    }


def picture(name: str) -> bytes:
    """A small PNG of one colour, the colour drawn from the name."""
    width, height = 12, 8
    colour = zlib.crc32(name.encode()).to_bytes(4)[:3]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + colour * width) * height
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def document(name: str) -> bytes:
    """A one-page PDF, blank but for its name in a comment."""
    return (
        f"%PDF-1.4\n% {name}\n"
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n"
    ).encode()
