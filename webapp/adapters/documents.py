"""Documents as PDF, by WeasyPrint: from templates, with our own fonts, and nothing fetched.

WeasyPrint needs Pango, which a machine that only serves pages may lack: it is loaded with the
first document.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import BaseLoader, Environment, StrictUndefined
from pypdf import PdfReader

from webapp.domain.errors import DocumentsUnavailable

# Pango is not made for two threads at once.
_one_at_a_time = threading.Lock()


class Documents:
    """Renders the templates of one folder; their style sheet and fonts lie beside them."""

    def __init__(self, loader: BaseLoader, folder: Path) -> None:
        self._environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=True)
        self._folder = folder.resolve()

    def render_pdf(self, template: str, values: Mapping[str, Any]) -> bytes:
        """The PDF of a template. The same values give the same bytes: no clock, no chance.

        Raises DocumentsUnavailable where the machine lacks Pango.
        """
        html = self._environment.get_template(f"documents/{template}").render(values)
        weasyprint = _weasyprint()
        identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
        with _one_at_a_time:
            document = weasyprint.HTML(
                string=html, base_url=f"{self._folder.as_uri()}/", url_fetcher=self._fetcher()
            )
            # PDF/UA: tagged, titled, its language said, for who reads with a screen reader.
            pdf: bytes = document.write_pdf(pdf_identifier=identifier, pdf_variant="pdf/ua-1")
        return pdf

    @staticmethod
    def pages_of(pdf: bytes) -> int:
        """How many pages a document has."""
        return len(PdfReader(BytesIO(pdf)).pages)

    def _fetcher(self) -> Any:
        """Opens what lies in the folder of the documents, and refuses everything else."""
        urls, folder = _weasyprint().urls, self._folder

        class OwnFiles(urls.URLFetcher):  # type: ignore[misc, name-defined]
            def fetch(self, url: str, headers: Any = None) -> Any:
                if not _lies_in(folder, url):
                    raise urls.FatalURLFetchingError(f"not one of our own files: {url[:80]}")
                return super().fetch(url, headers)

        return OwnFiles(allowed_protocols={"file"})


def _lies_in(folder: Path, url: str) -> bool:
    """Whether an address is that of a file in a folder, however it is written."""
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    return parts.scheme == "file" and not parts.netloc and path.is_relative_to(folder)


@cache
def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise DocumentsUnavailable(package="libpango-1.0-0 libpangoft2-1.0-0") from error
    return weasyprint
