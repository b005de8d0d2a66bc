"""The page for developers: each of its commands does what the page says, in both languages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from threading import Thread

import pytest
from lxml import html
from sqlalchemy import func, select, update
from werkzeug.serving import make_server

from tests import builders
from tests.views.browser import Site
from tests.views.program import key_of
from webapp.domain.rules import AccessRules
from webapp.models import Declaration, Worksite

CURL = shutil.which("curl")


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """The service as it is reached from outside of Python."""
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def commands_of(page: bytes) -> list[str]:
    found = html.fromstring(page).xpath("//pre[contains(@class, 'command')]")
    return [one.text_content().strip() for one in found]


@pytest.mark.skipif(CURL is None, reason="curl is not installed: apt-get install curl")
@pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_command_of_the_page_works_as_it_is_written(
    site: Site, address: str, language: str
) -> None:
    owner = builders.employer(site.office, worksites=2)
    for number in (1, 2):
        site.office.execute(
            update(Worksite).where(Worksite.code == f"W{number}").values(code=f"W0{number}")
        )
    site.office.commit()
    key = key_of(site, owner)
    assert CURL is not None
    page = subprocess.run([CURL, "-sS", f"{address}/{language}/developers"], capture_output=True)
    told, *commands = commands_of(page.stdout)
    assert told.splitlines()[0] == f"export KHATWA={address}/api/v1"
    assert told.splitlines()[1].startswith("export KHATWA_KEY=khatwa_")
    assert len(commands) == 5
    answers = []
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", f"{told}\nKHATWA_KEY={key}\n{command}"],
            capture_output=True,
            env={"PATH": os.environ["PATH"]},
            timeout=60,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        answers.append(json.loads(done.stdout))
    worksites, periods, filed, standing, debits = answers
    assert [one["code"] for one in worksites["worksites"]] == ["W01", "W02"]
    assert filed["period"] in [one["period"] for one in periods["periods"]]
    assert filed == standing
    assert [one["leave_base"] for one in filed["lines"]] == ["1000000.00", "350000.50"]
    assert debits == {"debits": [], "next": None}
    again = subprocess.run(
        ["sh", "-c", f"{told}\nKHATWA_KEY={key}\n{commands[2]}"],
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert json.loads(again.stdout) == filed
    site.office.rollback()
    assert site.office.scalar(select(func.count()).select_from(Declaration)) == 1


def test_curl_is_here() -> None:
    if CURL is None:
        warnings.warn("curl is missing: the commands of the page were not run", stacklevel=1)


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_the_page_tells_the_figures_that_count(site: Site, language: str) -> None:
    page = site.browser(language).open("developers")
    text = page.root.text_content()
    rules = AccessRules()
    for figure in (rules.requests_per_key.tries, rules.largest_body // 1024, rules.most_lines, 7):
        assert str(figure) in text
    (address,) = page.root.xpath("//a[contains(@href, 'openapi.json')]/@href")
    assert site.app.test_client().get(address).status_code == 200
