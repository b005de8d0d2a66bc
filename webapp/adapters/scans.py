"""Looks into the scan of a paper: what it is by its content, and that nothing in it acts.

A picture is decoded whole (Pillow), a PDF is walked object by object (pypdf); the name and the
type that a browser gave count for nothing.
"""

from __future__ import annotations

import io
import logging
import warnings
from typing import Any, Final

from PIL import Image, ImageFile
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from webapp.domain.errors import UnusableScan

LARGEST: Final = 10 * 1024 * 1024
MOST_PAGES: Final = 10
MOST_PIXELS: Final = 80_000_000
MOST_OBJECTS: Final = 20_000
PICTURES: Final = {"JPEG": "image/jpeg", "PNG": "image/png"}
# What makes a PDF do something, or carry something else.
ACTIVE: Final = {"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"}


def media_type_of(content: bytes) -> str:
    """What a scan is: a PDF, JPEG or PNG that can be read whole. Raises UnusableScan."""
    if not content:
        raise UnusableScan(reason="empty")
    if len(content) > LARGEST:
        raise UnusableScan(reason="too_large")
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return "application/pdf"
    return _check_picture(content)


def _check_picture(content: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = Image.open(io.BytesIO(content), formats=tuple(PICTURES))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise UnusableScan(reason="unknown_kind") from error
        if picture.width * picture.height > MOST_PIXELS:
            raise UnusableScan(reason="too_many_pixels")
        # WeasyPrint lets half a picture pass, for the whole process; our papers hold none.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            picture.load()
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UnusableScan(reason="broken") from error
    return PICTURES[str(picture.format)]


def _check_pdf(content: bytes) -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is broken is told by us
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UnusableScan(reason="locked")
        pages = len(reader.pages)
        acts = _acts(reader.trailer)
    except UnusableScan:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError,
            RecursionError, OSError, OverflowError) as error:  # fmt: skip
        raise UnusableScan(reason="broken") from error
    if not pages:
        raise UnusableScan(reason="broken")
    if pages > MOST_PAGES:
        raise UnusableScan(reason="too_many_pages")
    if acts:
        raise UnusableScan(reason="active_content")


def _acts(trailer: DictionaryObject) -> bool:
    """Whether any object that can be reached does something; too many objects count as that."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [trailer]
    count = 0
    while waiting:
        count += 1
        one = waiting.pop()
        if count > MOST_OBJECTS:
            return True
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            if ACTIVE & set(one) or one.get("/S") in ACTIVE:
                return True
            waiting += [dict.__getitem__(one, name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += list(one)
    return False
