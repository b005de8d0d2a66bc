"""Reads a bank's XML piece by piece and lets go of what was read; refuses what is not a message.

No DOCTYPE, no entities, no network: a file from outside decides nothing about how it is read.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from copy import deepcopy
from typing import BinaryIO, Literal

from lxml import etree

from webapp.domain.errors import ForbiddenDoctype, UnreadableMessage, UnsupportedMessage

PIECE = 65_536
# The head is read in small steps, so that nothing after the first two tags is parsed in it.
HEAD_STEP = 512
# So much without an element that anybody asked for is no bank's message: it would all be held.
LONGEST_SILENCE = 2**21
DOCTYPE_ENCODINGS = ("ascii", "utf-16-le", "utf-16-be")

# What the message is, by the element inside the Document; version 01 wrote its number there.
BODIES = {
    "CstmrPmtStsRpt": "pain.002",
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrStmtV01": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
    "BkToCstmrDbtCdtNtfctnV01": "camt.054",
    "PmtRtr": "pacs.004",
}
# Message names are written in upper case by some banks: PAIN.002.001.03.
VERSION = re.compile(r"\b[a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}\b", re.IGNORECASE)


class MessageStream:
    """One bank message being read: what it is, then its elements as they end.

    Raises ForbiddenDoctype, UnsupportedMessage, and UnreadableMessage with the line.
    """

    name: str
    version: str

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.taken = 0  # bytes that the parser has been given
        self._lines = 1
        self._head = _read_fully(stream, PIECE)
        self.name, self.version = _identify(self._head)

    def ended(self, *names: str) -> Iterator[tuple[str, etree._Element]]:
        """Each element of those names when its end is reached, with its local name.

        Whoever reads an element that may occur many times hands it to `let_go` afterwards.
        """
        parser = _parser("end", [f"{{*}}{name}" for name in names])
        piece, last_told = self._head, 0
        try:
            while piece:
                parser.feed(piece)
                self.taken += len(piece)
                self._lines += piece.count(b"\n")
                for told in _events(parser):
                    last_told = self.taken
                    yield told
                if self.taken - last_told > LONGEST_SILENCE:
                    raise UnreadableMessage(line=self._lines, detail="too much that says nothing")
                piece = self._stream.read(PIECE)
            parser.close()
            yield from _events(parser)
        except etree.XMLSyntaxError as fault:
            raise _unreadable(fault) from None


def let_go(element: etree._Element, *, but: str = "") -> None:
    """Forget an element that was read, and what stands before it.

    Up to one of its own kind that was not let go, or one that is named `but`.
    """
    element.clear()
    parent = element.getparent()
    while parent is not None and (previous := element.getprevious()) is not None:
        if (previous.tag == element.tag and len(previous)) or local_name(previous) == but:
            return
        previous.clear()
        parent.remove(previous)


def is_inside(element: etree._Element, *names: str) -> bool:
    """Whether the element stands directly in one of those names."""
    parent = element.getparent()
    return parent is not None and local_name(parent) in names


def is_header(name: str, element: etree._Element) -> bool:
    """Whether the element is the message's own group header."""
    return name == "GrpHdr" and is_inside(element, *BODIES)


def remembered(element: etree._Element) -> etree._Element:
    """A copy apart from the message, which can then let go of the original."""
    return deepcopy(element)


def raw_bytes(element: etree._Element) -> bytes:
    """The element as the bank wrote it, for a person to look at."""
    return etree.tostring(element, encoding="utf-8", with_tail=False)


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace, which differs by version and by bank."""
    return str(element.tag).rpartition("}")[2]


def _parser(event: Literal["start", "end"], tags: list[str] | None = None) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        (event,),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _events(parser: etree.XMLPullParser) -> Iterator[tuple[str, etree._Element]]:
    """What the parser tells of, each element forgotten when the next is told.

    The parser itself would remember them for a while, and to let go of what stands around an
    element that somebody remembers takes as long as the square of its size.
    """
    told = deque(parser.read_events())
    while told:
        _, element = told.popleft()
        yield local_name(element), element


def _read_fully(stream: BinaryIO, size: int) -> bytes:
    """The first `size` bytes, also from a stream that gives fewer at a time."""
    pieces = []
    while size and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _unreadable(fault: etree.XMLSyntaxError) -> UnreadableMessage:
    return UnreadableMessage(line=fault.lineno or 1, detail=fault.msg or "not well-formed XML")


def _identify(head: bytes) -> tuple[str, str]:
    """The message's name and version, from the first tags of the file."""
    parser = _parser("start")
    root: etree._Element | None = None
    try:
        for start in range(0, len(head), HEAD_STEP):
            parser.feed(head[start : start + HEAD_STEP])
            for _, element in parser.read_events():
                root = element if root is None else root
                _refuse_doctype(element)
                if found := _message_of(element):
                    return found
    except etree.XMLSyntaxError as fault:
        _refuse_unfinished_doctype(head)
        raise _unreadable(fault) from None
    _refuse_unfinished_doctype(head)
    if root is None or local_name(root) == "Document":
        raise UnreadableMessage(line=1, detail="the file ends before its message begins")
    raise UnsupportedMessage(name=local_name(root))


def _refuse_doctype(element: etree._Element) -> None:
    if element.getroottree().docinfo.doctype:
        raise ForbiddenDoctype


def _refuse_unfinished_doctype(head: bytes) -> None:
    """A DOCTYPE so long, or so broken, that no tag was reached after it."""
    if any("<!DOCTYPE".encode(encoding) in head for encoding in DOCTYPE_ENCODINGS):
        raise ForbiddenDoctype


def _message_of(element: etree._Element) -> tuple[str, str] | None:
    """Name and version when the element is the body of a message; None before it is reached."""
    name = BODIES.get(local_name(element))
    if name is None:
        if is_inside(element, "Document"):
            raise UnsupportedMessage(name=local_name(element))
        return None
    places = [str(element.tag)]
    for holder in (element, *element.iterancestors()):
        places += [str(value) for value in holder.attrib.values()]
    versions = [found.lower() for place in places for found in VERSION.findall(place)]
    return name, next((version for version in versions if version.startswith(name)), name)
