"""Scans of papers, good and hostile, made when a test asks for one."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

Bytes = Callable[[], bytes]


def picture(kind: str = "JPEG", size: tuple[int, int] = (210, 297), colour: str = "white") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def pdf(pages: int = 1, change: Callable[[PdfWriter], object] | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if change is not None:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("run.js", "alert(1)")
    return out.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of 3.6 thousand million pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    size = side.to_bytes(4, "big")
    header = chunk(b"IHDR", size + size + b"\x08\x02\x00\x00\x00")
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(b"\0" * 9))
        + chunk(b"IEND", b"")
    )


def _action(kind: str) -> Callable[[PdfWriter], object]:
    """An action of the catalogue itself, opened with the document."""
    return lambda writer: writer.root_object.update(
        {NameObject("/OpenAction"): DictionaryObject({
            NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("run.exe")
        })}
    )  # fmt: skip


def _deep(writer: PdfWriter) -> None:
    """A script in a dictionary inside an array inside a page, its name written in another way."""
    action = DictionaryObject({NameObject("/JS"): TextStringObject("x")})
    writer.pages[0][NameObject("/Private")] = ArrayObject([ArrayObject([action])])


def _elsewhere(writer: PdfWriter) -> None:
    """An action whose kind stands in an object of its own."""
    kind = writer._add_object(NameObject("/Launch"))
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): kind})


def _false_count(writer: PdfWriter) -> None:
    writer.root_object["/Pages"].get_object()[NameObject("/Count")] = NumberObject(1)


GOOD: dict[str, Bytes] = {
    "application/pdf": pdf,
    "image/jpeg": picture,
    "image/png": lambda: picture("PNG"),
}
# What is refused, and why.
HOSTILE: dict[str, tuple[Bytes, str]] = {
    "nothing": (lambda: b"", "empty"),
    "a renamed program": (lambda: b"MZ\x90\x00" + b"\0" * 500, "unknown_kind"),
    "a drawing with a script": (
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "unknown_kind",
    ),
    "a page": (lambda: b"<html><script>alert(1)</script>", "unknown_kind"),
    "another kind of picture": (lambda: picture("GIF"), "unknown_kind"),
    "an archive": (archive, "unknown_kind"),
    "too many bytes": (lambda: picture() + b"\0" * 11 * 1024 * 1024, "too_large"),
    "a JPEG that is an archive too": (lambda: picture() + archive(), "active_content"),
    "a PDF that is an archive too": (lambda: pdf() + archive(), "active_content"),
    "a JPEG that is a PDF too": (
        lambda: picture()[:2] + b"\xff\xfe\x00\x0a%PDF-1.7" + picture()[2:], "active_content",
    ),
    "a PNG with something behind it": (lambda: picture("PNG") + b"<html>", "broken"),
    "half a JPEG": (lambda: picture(size=(900, 900))[:2_000], "broken"),
    "half a PNG": (lambda: picture("PNG", (900, 900))[:300], "broken"),
    "a PNG with a hole": (
        lambda: picture("PNG", (90, 90))[:60] + picture("PNG", (90, 90))[70:], "broken",
    ),
    "half a PDF": (lambda: pdf()[:200], "broken"),
    "only the beginning of a PDF": (lambda: b"%PDF-1.7\n", "broken"),
    "only the beginning of a JPEG": (lambda: b"\xff\xd8\xff\xe0", "broken"),
    "a bomb": (bomb, "too_many_pixels"),
    "a bomb under Pillow's own limit": (lambda: bomb(8_000), "too_many_pixels"),
    "a PDF of many pages": (lambda: pdf(11), "too_many_pages"),
    "a PDF that lies about its pages": (lambda: pdf(11, _false_count), "too_many_pages"),
    "a PDF without a page": (lambda: pdf(0), "broken"),
    "a PDF with a password": (
        lambda: pdf(change=lambda one: one.encrypt("secret", algorithm="AES-256")), "locked",
    ),
    "a PDF that opens without its password": (
        lambda: pdf(change=lambda one: one.encrypt("", "owner", algorithm="AES-128")), "locked",
    ),
    "a PDF with a script": (lambda: pdf(change=_action("/JavaScript")), "active_content"),
    "a PDF with a script deep inside": (lambda: pdf(change=_deep), "active_content"),
    "the same, its name in disguise": (
        lambda: pdf(change=_deep).replace(b"/JS", b"/#4AS"), "active_content",
    ),
    "a PDF that starts a program": (lambda: pdf(change=_action("/Launch")), "active_content"),
    "a PDF whose action is named elsewhere": (lambda: pdf(change=_elsewhere), "active_content"),
    "a PDF that sends a form": (lambda: pdf(change=_action("/SubmitForm")), "active_content"),
    "a PDF with a file inside": (
        lambda: pdf(change=lambda one: one.add_attachment("a.exe", b"MZ")), "active_content",
    ),
}  # fmt: skip
