"""After a rotation everything opens as before, under the new key, however often it was stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED, Desk
from webapp.adapters.archive import SEALED_AT_ONCE, key_ids, open_file, seal_file
from webapp.adapters.vault import Vault
from webapp.domain.errors import KeyStillInUse, SealBroken
from webapp.models import Channel, Mandate, MandateDraft
from webapp.services import key_rotation
from webapp.services.kept_forms import keep_form
from webapp.services.key_rotation import (
    find_sealed_under,
    refuse_if_in_use,
    reseal_everything,
)
from webapp.services.sealed_values import SEALED, SealedColumn

KEYS = {"k1": bytes(range(64)), "k2": bytes(range(64, 128))}
INDEX_KEY = bytes(range(32))
NEW = Vault(KEYS, "k2", INDEX_KEY)
OLD = Vault(KEYS, "k1", INDEX_KEY)
NEW_ALONE = Vault({"k2": KEYS["k2"]}, "k2", INDEX_KEY)
MANDATES = 14


@pytest.fixture
def home(desk: Desk) -> Path:
    """Values in the columns, and files, as the office at work leaves them."""
    session = desk.session
    desk.take_in(desk.bank.settled({"SOMEBODY-ELSE": 1_000}))
    day = builders.working_day(session, FILED)
    for _ in range(MANDATES):
        builders.mandate(session, day, builders.employer(session))
    owner = builders.employer(session).id
    keep_form(session, day, builders.VAULT, owner, "activate", {"account": ["1"]})
    draft = {"reference": "d1", "employer_id": owner, "saved_at": day.now}
    session.execute(
        insert(MandateDraft).values(**draft, account=builders.VAULT.seal("2", "draft:d1"))
    )
    session.commit()
    return desk.folder


def values(session: Session, vault: Vault) -> dict[str, bytes]:
    """Every sealed value by its column and row, opened."""
    found = {}
    for sealed in SEALED:
        for row in session.scalars(select(sealed.model).where(func.length(sealed.column) > 0)):
            context = sealed.context_of(**{name: getattr(row, name) for name in sealed.fields})
            value = getattr(row, sealed.column.key)
            found[f"{sealed.name} {context}"] = vault.open_bytes(value, context)
    session.rollback()
    session.expire_all()
    return found


def contents(home: Path, vault: Vault) -> dict[Path, bytes]:
    return {path: b"".join(open_file(path, path.name.rsplit(".", 2)[0], vault))
            for path in home.rglob("*.sealed")}  # fmt: skip


def test_everything_opens_as_before_with_the_new_key_alone(office: Session, home: Path) -> None:
    before, files = values(office, builders.VAULT), contents(home, builders.VAULT)
    columns = {name.split()[0] for name in before}
    assert {"mandates.account", "channels.creditor_account", "kept_forms.typed",
            "bank_entries.raw", "mandate_drafts.account"} <= columns  # fmt: skip
    rotation = reseal_everything(office, NEW, home)
    assert (rotation.values, rotation.files) == (len(before), len(files))
    assert rotation.unopened == []
    assert values(office, NEW_ALONE) == before
    assert contents(home, NEW_ALONE) == files
    assert len(files) == 1
    assert find_sealed_under(office, home, "k1") == {}


def test_a_second_rotation_changes_nothing(office: Session, home: Path) -> None:
    reseal_everything(office, NEW, home)
    again = reseal_everything(office, NEW, home)
    assert (again.values, again.files, again.unopened) == (0, 0, [])


class PowerCutError(Exception):
    """What stops a rotation in the middle."""


@pytest.fixture
def portions(monkeypatch: pytest.MonkeyPatch) -> int:
    """So few rows at once that many portions are needed."""
    monkeypatch.setattr(key_rotation, "ROWS_AT_ONCE", 4)
    return 4


@pytest.mark.parametrize("portion", [1, 3])
def test_a_rotation_stopped_between_portions_goes_on_where_it_was(
    office: Session, home: Path, portions: int, portion: int
) -> None:
    before = values(office, builders.VAULT)
    calls = 0

    def stop(phase: str, done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == portion:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        reseal_everything(office, NEW, home, stop)
    done = sum(find_sealed_under(office, home, "k2").values())
    assert 0 < done < len(before)
    assert values(office, NEW) == before
    rest = reseal_everything(office, NEW, home)
    assert rest.values == len(before) - done
    assert values(office, NEW_ALONE) == before


def test_a_rotation_stopped_between_files_goes_on_where_it_was(office: Session, home: Path) -> None:
    for number in range(3):
        source = home / f"paper{number}.pdf"
        source.write_bytes(b"signed and stamped")
        seal_file(source, home, builders.VAULT)
    before = contents(home, builders.VAULT)

    def stop(phase: str, done: int, total: int) -> None:
        if (phase, done) == ("files", 2):
            raise PowerCutError

    with pytest.raises(PowerCutError):
        reseal_everything(office, NEW, home, stop)
    assert find_sealed_under(office, home, "k1") == {"files": len(before) - 2}
    assert contents(home, NEW) == before
    assert reseal_everything(office, NEW, home).files == len(before) - 2
    assert contents(home, NEW_ALONE) == before


def test_progress_counts_up_to_its_total(office: Session, home: Path, portions: int) -> None:
    told: dict[str, list[tuple[int, int]]] = {}
    reseal_everything(
        office,
        NEW,
        home,
        lambda phase, done, total: told.setdefault(phase, []).append((done, total)),
    )
    steps = told["mandates.account"]
    assert [done for done, _ in steps] == [*range(portions, MANDATES, portions), MANDATES]
    assert {total for _, total in steps} == {MANDATES}


def test_what_no_key_opens_is_left_as_it_is_and_told(
    office: Session, home: Path, portions: int
) -> None:
    strange = b"k1:" + b"x" * 40
    first = office.scalars(select(Mandate.id).order_by(Mandate.id)).first()
    office.execute(update(Mandate).where(Mandate.id == first).values(account=strange))
    reference = office.scalar(select(Mandate.reference).where(Mandate.id == first))
    office.commit()
    broken = home / f"broken.xml.{'0' * 16}.sealed"
    broken.write_bytes(b"nothing of ours")
    rotation = reseal_everything(office, NEW, home)
    assert rotation.unopened == [f"mandates.account mandate:{reference}", str(broken)]
    assert office.scalar(select(Mandate.account).where(Mandate.id == first)) == strange
    assert broken.read_bytes() == b"nothing of ours"
    assert find_sealed_under(office, home, "k1") == {"mandates.account": 1}


def test_a_value_of_another_row_is_not_made_to_open(office: Session, home: Path) -> None:
    one, other = office.scalars(select(Mandate).order_by(Mandate.id).limit(2)).all()
    one.account = other.account
    office.commit()
    rotation = reseal_everything(office, NEW, home)
    assert rotation.unopened == [f"mandates.account mandate:{one.reference}"]


def test_what_is_written_meanwhile_is_not_overwritten(
    office: Session, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading and the change of a row, somebody else writes into it."""
    channel = office.scalars(select(Channel).order_by(Channel.id)).first()
    assert channel is not None
    code, written = channel.code, NEW.seal("another account", f"channel:{channel.code}")
    office.commit()
    sealed_anew = key_rotation._sealed_anew

    def meanwhile(
        vault: Vault, sealed: SealedColumn, rows: object, rotation: key_rotation.Rotation
    ) -> object:
        changes = sealed_anew(vault, sealed, rows, rotation)  # type: ignore[arg-type]
        if sealed.model is Channel and changes:
            office.execute(
                update(Channel).where(Channel.code == code).values(creditor_account=written)
            )
        return changes

    monkeypatch.setattr(key_rotation, "_sealed_anew", meanwhile)
    reseal_everything(office, NEW, home)
    found = office.scalar(select(Channel.creditor_account).where(Channel.code == code))
    assert found == written


def test_a_key_is_kept_while_one_column_is_under_it(
    office: Session, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each column that has rows here is forgotten once; then the key cannot go."""
    rows = find_sealed_under(office, home, "k1")
    columns = [sealed for sealed in SEALED if sealed.name in rows]
    assert len(columns) >= 5
    for forgotten in columns:
        with monkeypatch.context() as patched:
            others = tuple(sealed for sealed in SEALED if sealed is not forgotten)
            patched.setattr(key_rotation, "SEALED", others)
            reseal_everything(office, NEW, home)
        with pytest.raises(KeyStillInUse) as refused:
            refuse_if_in_use(office, home, NEW, "k1")
        assert refused.value.params["found"] == {forgotten.name: rows[forgotten.name]}
        reseal_everything(office, OLD, home)
    reseal_everything(office, NEW, home)
    refuse_if_in_use(office, home, NEW, "k1")


def test_the_current_key_and_that_of_a_file_are_kept(office: Session, home: Path) -> None:
    with pytest.raises(KeyStillInUse):
        refuse_if_in_use(office, home, NEW, "k2")
    reseal_everything(office, NEW, home)
    source = home / "late.xml"
    source.write_bytes(b"x")
    seal_file(source, home, builders.VAULT)
    with pytest.raises(KeyStillInUse) as refused:
        refuse_if_in_use(office, home, NEW, "k1")
    assert refused.value.params["found"] == {"files": 1}


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Path]:
    """A file of three pieces."""
    source = tmp_path / "answer.of.a.bank.xml"
    source.write_bytes(b"00799999002345678941" + bytes(2 * SEALED_AT_ONCE))
    yield seal_file(source, tmp_path, builders.VAULT)


def test_a_file_of_many_pieces_is_sealed_anew_whole(large: Path) -> None:
    before = large.read_bytes()
    assert key_ids(large) == {"k1"}
    key_rotation.reseal_file(large, NEW)
    assert key_ids(large) == {"k2"}
    assert large.read_bytes() != before
    assert large.stat().st_mode & 0o777 == 0o600
    opened = b"".join(open_file(large, "answer.of.a.bank.xml", NEW_ALONE))
    assert opened == b"00799999002345678941" + bytes(2 * SEALED_AT_ONCE)


def test_a_file_that_breaks_in_its_last_piece_stays_as_it_was(large: Path) -> None:
    data = bytearray(large.read_bytes())
    data[-1] ^= 1
    large.write_bytes(data)
    with pytest.raises(SealBroken):
        key_rotation.reseal_file(large, NEW)
    assert large.read_bytes() == data
    assert [path.name for path in large.parent.glob(".*")] == []
