"""`flask rotate-keys`: a new key for what is sealed, and the end of an old one."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from webapp.adapters.keys import add_key, remove_key
from webapp.adapters.vault import load_vault
from webapp.commands.desk import (
    EXIT_A_PERSON_MUST_LOOK,
    open_vault,
    progress_bar,
    refusals_to_exit,
    session,
    settings,
)
from webapp.services.key_rotation import Rotation, refuse_if_in_use, reseal_everything
from webapp.services.locking import run_lock

NAMED_AT_MOST = 20


@click.command("rotate-keys")
@click.option("--new-key", is_flag=True, help="First make a new key, and make it the current one.")
@click.option("--retire", metavar="KEY", help="Take a key away under which nothing is sealed.")
@with_appcontext
@refusals_to_exit
def rotate_keys(new_key: bool, retire: str | None) -> None:
    """Seal under the current key what is sealed under older ones: values and files.

    May be stopped at any moment; the next one goes on. Ends with 3 when something opens with no
    key. The service may run meanwhile: it learns of the new key by itself.
    """
    if retire is not None and new_key:
        raise click.UsageError("either --new-key or --retire")
    open_vault()  # in development it makes the first keys
    with run_lock(session(), settings().home, wait=True):
        if retire is not None:
            _retire(retire)
            return
        if new_key:
            click.echo(f"The new key {add_key(settings().keys)} is on disk and current.")
        with progress_bar() as progress:
            vault = load_vault(settings().keys)
            rotation = reseal_everything(session(), vault, settings().home, progress)
        _tell(rotation, vault.current)


def _retire(key_id: str) -> None:
    refuse_if_in_use(session(), settings().home, load_vault(settings().keys), key_id)
    remove_key(settings().keys, key_id)
    click.echo(
        f"The key {key_id} is gone. Backups from before the rotation open with it alone:"
        " as long as they are kept, keep a copy of it apart from them."
    )


def _tell(rotation: Rotation, current: str) -> None:
    click.echo(
        f"{rotation.values} values and {rotation.files} files sealed anew under the key {current}."
    )
    if not rotation.unopened:
        return
    click.echo(f"{len(rotation.unopened)} open with no key that is here, and are as they were:")
    for name in rotation.unopened[:NAMED_AT_MOST]:
        click.echo(f"  {name}")
    raise SystemExit(EXIT_A_PERSON_MUST_LOOK)
