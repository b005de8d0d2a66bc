"""A text as a QR code, drawn as SVG inside a page: no style, no script, no request."""

from __future__ import annotations

import segno

PIXELS_OF_A_MODULE = 5


def qr_svg(text: str, title: str) -> str:
    """The `<svg>` element; `title` is what a screen reader says of it."""
    return segno.make(text, error="m", micro=False).svg_inline(
        scale=PIXELS_OF_A_MODULE, svgclass="qr", lineclass=None, title=title
    )
