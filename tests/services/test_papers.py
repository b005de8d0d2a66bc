"""Scans of signed papers: checked, sealed, kept once, and shown with a trace."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import builders, papers
from tests.services.collecting import Desk
from tests.services.living import Life
from tests.services.staff import join
from webapp.adapters.vault import Vault
from webapp.domain.errors import (
    FileAltered,
    MandateNotInForce,
    NotFound,
    SealBroken,
    UnusableScan,
)
from webapp.domain.roles import Role
from webapp.models import Agency, Event, MandatePaper
from webapp.services.key_rotation import reseal_everything
from webapp.services.papers import Paper, papers_of, read_paper, receive_paper


@pytest.fixture
def life(desk: Desk) -> Life:
    (desk.folder / "scans").mkdir()
    return Life(desk)


def folder(life: Life) -> Path:
    return life.desk.folder / "scans"


def receive(life: Life, content: bytes, agency: int | None = None, staff_id=None) -> str:
    return receive_paper(
        life.session, life.day(), builders.VAULT, folder(life), agency, staff_id, life.reference,
        content,
    )  # fmt: skip


def show(
    life: Life, paper: str, agency: int | None = None, vault: Vault = builders.VAULT
) -> tuple[str, bytes]:
    return read_paper(life.session, life.day(), vault, folder(life), agency, paper)


def scans(life: Life) -> list[Paper]:
    return list(papers_of(life.session, life.mandate().id))


def acts(life: Life) -> list[str]:
    found = life.session.scalars(
        select(Event.target).where(Event.target.like("paper%")).order_by(Event.id)
    ).all()
    life.session.rollback()
    return list(found)


def rows(life: Life) -> int:
    count = life.session.scalar(select(func.count()).select_from(MandatePaper)) or 0
    life.session.rollback()
    return count


@pytest.mark.parametrize("media_type", papers.GOOD)
def test_a_scan_comes_back_as_it_was_received(life: Life, media_type: str) -> None:
    content = papers.GOOD[media_type]()
    assert show(life, receive(life, content)) == (media_type, content)
    assert acts(life) == ["paper_received", "paper_shown"]


def test_nothing_of_it_lies_open_on_disk_and_nobody_else_may_read_it(life: Life) -> None:
    content = papers.picture()
    receive(life, content)
    (file,) = folder(life).iterdir()
    assert content[:200] not in file.read_bytes() and b"JFIF" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_same_scan_twice_is_one(life: Life) -> None:
    first = receive(life, papers.pdf())
    assert receive(life, papers.pdf()) == first
    assert (rows(life), len(list(folder(life).iterdir()))) == (1, 1)
    assert acts(life) == ["paper_received"]
    assert receive(life, papers.pdf(2)) != first


def test_the_same_scan_of_another_mandate_is_another(life: Life) -> None:
    other = Life(life.desk)
    first, second = receive(life, papers.pdf()), receive(other, papers.pdf())
    assert first != second
    (found,) = scans(life)
    assert found.reference == first


@pytest.mark.parametrize("what", ["nothing", "a bomb", "a PDF with a script"])
def test_what_is_refused_leaves_nothing(life: Life, what: str) -> None:
    make, _ = papers.HOSTILE[what]
    with pytest.raises(UnusableScan):
        receive(life, make())
    assert (rows(life), list(folder(life).iterdir()), acts(life)) == (0, [], [])


def test_who_received_it_is_known_and_the_latest_stands_first(life: Life) -> None:
    agent = join(life.session, life.day(), Role.AGENT, None)
    receive(life, papers.picture())
    last = receive(life, papers.pdf(), staff_id=agent.id)
    assert scans(life)[0].reference == last
    owners = life.session.scalars(select(MandatePaper.staff_id).order_by(MandatePaper.id)).all()
    assert owners == [None, agent.id]


def test_an_agent_reaches_papers_of_their_agency_alone(life: Life) -> None:
    own, other = life.session.scalars(select(Agency.id).order_by(Agency.id).limit(2))
    life.session.rollback()
    paper = receive(life, papers.pdf(), own)
    for act in (
        lambda: receive(life, papers.pdf(), other),
        lambda: show(life, paper, other),
        lambda: show(life, "0" * 32, own),
    ):
        with pytest.raises(NotFound):
            act()
    assert "paper_shown" not in acts(life)


def test_of_a_mandate_that_has_ended_no_paper_is_taken_and_the_old_ones_stay(life: Life) -> None:
    paper = receive(life, papers.pdf())
    life.revoke()
    with pytest.raises(MandateNotInForce):
        receive(life, papers.picture())
    assert show(life, paper)[1] == papers.pdf()
    assert len(scans(life)) == 1


@pytest.mark.parametrize(
    ("harm", "alarm"),
    [
        (lambda file: file.unlink(), FileAltered),
        (lambda file: file.write_bytes(file.read_bytes()[:-1]), SealBroken),
        (lambda file: file.write_bytes(b""), SealBroken),
    ],
)
def test_a_file_that_was_touched_is_an_alarm(life: Life, harm, alarm: type[Exception]) -> None:
    paper = receive(life, papers.pdf())
    (file,) = folder(life).iterdir()
    harm(file)
    with pytest.raises(alarm):
        show(life, paper)
    assert acts(life)[-1] == "paper_shown", "the look is written before it is known to fail"


def test_a_scan_outlives_the_key_it_was_sealed_under(life: Life) -> None:
    paper = receive(life, papers.pdf())
    keys = {"k1": bytes(range(64)), "k2": bytes(range(64, 128))}
    rotated = Vault(keys, "k2", bytes(range(32)))
    assert reseal_everything(life.session, rotated, life.desk.folder).files == 1
    newer = Vault({"k2": keys["k2"]}, "k2", bytes(range(32)))
    assert show(life, paper, vault=newer)[1] == papers.pdf()
