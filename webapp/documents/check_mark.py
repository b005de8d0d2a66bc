"""What makes a paper one that anybody can check: the square to scan, and the code to type."""

from __future__ import annotations

from markupsafe import Markup

from webapp.adapters.qr_code import qr_svg
from webapp.catalogs import Language, catalog
from webapp.documents.rendering import figure


def check_mark(language: Language, code: str, address: str) -> dict[str, object]:
    """The mark for the head of a paper; `address` is how the service is reached from outside."""
    gettext = catalog(language).gettext
    link = code_address(language, code, address)
    scan = gettext("Scan this code to check the paper.")
    return {
        "link": link,
        "scan": scan,
        "qr": Markup(qr_svg(link, scan)),  # noqa: S704  (made by us)
        "type": gettext("Or type it on the page of checks:"),
        "place": figure(f"{address}/{language.code}/check"),
        "code": figure(code),
    }


def code_address(language: Language, code: str, address: str) -> str:
    """Where the square leads: the check of that paper."""
    return f"{address}/{language.code}/check/{code}"


def fund_in(language: Language) -> str:
    """The whole name of the fund, as it stands on top of its papers."""
    return catalog(language).gettext(
        "National fund for paid leave and bad-weather unemployment in building, public works "
        "and hydraulics (CACOBATPH)"
    )
