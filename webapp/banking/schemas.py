"""Checks a bank file against the official schema of its message, without holding it in memory."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

from lxml import etree

from webapp.domain.errors import SchemaViolation, UnsupportedMessage

# Our writer puts one transaction on a line; a line longer than this is read in pieces.
LONGEST_LINE = 65_536
ELEMENT_NAME = re.compile(r"Element '(?:\{[^}]*\})?([^']+)'")


class _NoTree:
    """A parser target that keeps nothing: validation needs no tree."""

    def close(self) -> None:
        """Called at the end of the file."""


@cache
def _schema(version: str) -> etree.XMLSchema:
    """The official XSD as the package sepaxml carries it; it is not copied into this project."""
    path = resources.files("sepaxml") / "schemas" / f"{version}.xsd"
    if not path.is_file():
        raise UnsupportedMessage(name=version)
    with resources.as_file(path) as file:
        return etree.XMLSchema(file=str(file))


def validate_file(path: Path, version: str = "pain.008.001.08") -> None:
    """Check a file against the official schema of `version`; memory does not grow with the file.

    Raises SchemaViolation with the line of the first fault, and UnsupportedMessage for a version
    whose schema is not installed. (design.md §6.4, §11)
    """
    # The parser is fed line by line because libxml2 tells no line to a parser without a tree.
    # (A target may leave out the methods it has no use for, which the type stubs do not know.)
    parser = etree.XMLParser(  # type: ignore[call-overload]
        target=_NoTree(), schema=_schema(version), resolve_entities=False, no_network=True
    )
    line = 0
    at_line_start = True
    try:
        with path.open("rb") as file:
            while not len(parser.feed_error_log) and (text := file.readline(LONGEST_LINE)):
                line += at_line_start
                at_line_start = text.endswith(b"\n")
                parser.feed(text)
        # A fault against the schema is only noted: closing raises nothing for it.
        faults = parser.feed_error_log
        if not len(faults):
            parser.close()
            faults = parser.feed_error_log
    except etree.XMLSyntaxError as fault:
        raise SchemaViolation(line=max(line, 1), detail=_detail(fault.error_log)) from None
    if len(faults):
        raise SchemaViolation(line=line, detail=_detail(faults))


def _detail(faults: etree._ListErrorLog) -> str:
    """The first fault without the value: that may be a name or an account number."""
    if not len(faults):
        return "not well-formed XML"
    element = ELEMENT_NAME.search(faults[0].message)
    return f"{element[1]}: {faults[0].type_name}" if element else faults[0].type_name
