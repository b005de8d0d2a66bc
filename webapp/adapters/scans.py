"""Looks into the scan of a paper: what it is by its content, and that nothing in it acts.

A picture is decoded whole (Pillow), a PDF is walked object by object (pypdf); the name and the
type that a browser gave count for nothing. Two kinds in one file (a picture that is an archive as
well) are refused: each program would take it for something else.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from PIL import Image, ImageFile
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from webapp.domain.errors import UnusableScan

LARGEST: Final = 10 * 1024 * 1024
MOST_PAGES: Final = 10
# A page of A4 at 600 dots an inch has 35 million.
MOST_PIXELS: Final = 40_000_000
MOST_OBJECTS: Final = 20_000

PDF: Final = "application/pdf"
# The first bytes of each kind, and what Pillow calls a picture of it.
BEGINNINGS: Final = {
    b"%PDF-": PDF,
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
PICTURES: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}
END_OF_PNG: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
# A ZIP archive (and what is one inside: JAR, DOCX) is known by its end, which programs look for
# in the last 64 KB; a PDF by its beginning, which readers look for in the first KB.
END_OF_ZIP: Final = b"PK\x05\x06"
ZIP_LOOKED_FOR: Final = 65_557
PDF_LOOKED_FOR: Final = 1_024

# The names by which a PDF says that it runs, fetches, plays or carries something (ISO 32000-2,
# 7.11.4, 12.6.4 and 13): as a key, as the kind of an action, as the kind of an object.
ACTIVE_KEYS: Final = frozenset({"/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EF", "/XFA"})
ACTIVE_ACTIONS: Final = frozenset(
    {
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/GoToDp",
        "/Rendition", "/Movie", "/Sound", "/RichMediaExecute",
    }
)  # fmt: skip
ACTIVE_KINDS: Final = frozenset(
    {
        "/EmbeddedFile", "/Filespec", "/FileAttachment", "/RichMedia", "/Movie", "/Sound",
        "/Screen", "/3D",
    }
)  # fmt: skip


def media_type_of(content: bytes) -> str:
    """What a scan is: a PDF, JPEG or PNG that can be read whole. Raises UnusableScan."""
    if not content:
        raise UnusableScan(reason="empty")
    if len(content) > LARGEST:
        raise UnusableScan(reason="too_large")
    found = [kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)]
    if not found:
        raise UnusableScan(reason="unknown_kind")
    (kind,) = found
    also_pdf = kind != PDF and b"%PDF-" in content[:PDF_LOOKED_FOR]
    if also_pdf or END_OF_ZIP in content[-ZIP_LOOKED_FOR:]:
        raise UnusableScan(reason="active_content")
    if kind == PDF:
        _check_pdf(content)
    else:
        _check_picture(content, kind)
    return kind


def _check_picture(content: bytes, kind: str) -> None:
    """Decode the whole picture, once its size is known to be bearable."""
    if kind == "image/png" and not content.endswith(END_OF_PNG):
        raise UnusableScan(reason="broken")
    # WeasyPrint lets half a picture pass, for the whole process; our papers hold none.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content), formats=[PICTURES[kind]]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise UnusableScan(reason="too_many_pixels")
            # A JPEG is read to its end all the same, in an eighth of its width.
            picture.draft("RGB", (1, 1))
            picture.load()
    except UnusableScan:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnusableScan(reason="too_many_pixels") from None
    except Exception as error:
        # A decoder raises anything for hostile bytes.
        raise UnusableScan(reason="broken") from error


def _check_pdf(content: bytes) -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is broken is told by us
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UnusableScan(reason="locked")
        _check_pages(reader)
        if any(_is_active(found) for found in _dictionaries(reader)):
            raise UnusableScan(reason="active_content")
    except UnusableScan:
        raise
    except Exception as error:
        # A reader raises anything for hostile bytes.
        raise UnusableScan(reason="broken") from error


def _check_pages(reader: PdfReader) -> None:
    """What the document states, and then what it has: a false statement is not followed far."""
    stated = reader.root_object["/Pages"].get_object()["/Count"]  # type: ignore[index]
    if int(stated) > MOST_PAGES or len(reader.pages) > MOST_PAGES:
        raise UnusableScan(reason="too_many_pages")
    if not reader.pages:
        raise UnusableScan(reason="broken")


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the document, used by a page or not, and those inside of others.

    What no page uses may be found by another reader, which mends a broken table of objects.
    """
    waiting: list[Any] = [
        reader.trailer,
        *(
            IndirectObject(number, generation, reader)
            for generation, numbers in reader.xref.items()
            for number in numbers
            if number and not reader.xref_free_entry.get(generation, {}).get(number, False)
        ),
        *(IndirectObject(number, 0, reader) for number in reader.xref_objStm),
    ]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        looked_at += 1
        if looked_at > MOST_OBJECTS:
            raise UnusableScan(reason="active_content")
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += list.__iter__(one)


def _is_active(found: DictionaryObject) -> bool:
    if not ACTIVE_KEYS.isdisjoint(found):
        return True
    kinds = {_name(found, key) for key in ("/Type", "/Subtype")}
    return _name(found, "/S") in ACTIVE_ACTIONS or not ACTIVE_KINDS.isdisjoint(kinds)


def _name(found: DictionaryObject, key: str) -> str:
    """The name that stands under a key, also where it stands elsewhere; "" for anything else."""
    with suppress(KeyError):
        value = found[key]
        if isinstance(value, NameObject):
            return str(value)
    return ""
