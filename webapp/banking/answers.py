"""Reads whatever a bank sends back, of any version, as one stream of plain records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from webapp.banking.answer_records import AnswerEntry, AnswerHeader, AnswerLevel
from webapp.banking.camt import CamtReader
from webapp.banking.pacs004 import Pacs004Reader
from webapp.banking.pain002 import Pain002Reader
from webapp.banking.xml_stream import MessageStream

__all__ = ["AnswerEntry", "AnswerHeader", "AnswerLevel", "read_answers"]

READERS: dict[str, type[Pain002Reader | CamtReader | Pacs004Reader]] = {
    "pain.002": Pain002Reader,
    "camt.053": CamtReader,
    "camt.054": CamtReader,
    "pacs.004": Pacs004Reader,
}


def read_answers(stream: BinaryIO) -> tuple[AnswerHeader, Iterator[AnswerEntry]]:
    """The header of a bank's message, and its entries as they are read from the stream.

    Memory does not grow with the file. Nothing is certain before the iterator has ended: a fault
    at the end of the file, and totals that differ, are found only there. Whoever acts on the
    entries takes them all first.

    Raises ForbiddenDoctype, UnsupportedMessage, UnreadableMessage (with the line) and, at the
    end, TotalsDiffer. (design.md §7)
    """
    message = MessageStream(stream)
    reader = READERS[message.name](message)
    return reader.header(), reader.entries()
