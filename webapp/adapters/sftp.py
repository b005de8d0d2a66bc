"""Hands bank files over to a bank's SFTP server, by asyncssh.

A file goes to a temporary name and gets its own when it is whole. Until that last request nothing
was delivered, whatever happens: TransportRefused, and the next try begins anew. Once it is asked,
only the server's answer says what has become of it: without one, DeliveryUnknown.
"""

from __future__ import annotations

import asyncio
import hashlib
import stat
from collections.abc import AsyncIterator, Awaitable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar, cast

import asyncssh

from webapp.adapters.storage import sha256_of
from webapp.adapters.transports import check_file_name
from webapp.domain.channel_terms import SftpServer
from webapp.domain.errors import DeliveryUnknown, TransportRefused

SENT_AT_ONCE: Final = 256 * 1024
# What may go wrong on the way: the network, the protocol, a server that says nothing any more.
TROUBLE: Final = (OSError, asyncssh.Error, TimeoutError)
# With these the server has not answered what it was asked.
NO_ANSWER: Final = (
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    asyncssh.SFTPBadMessage,
)
ABSENT: Final = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds to wait for a server: until it lets us in, and for each answer."""

    connect: float = 30
    answer: float = 60
    close: float = 5


class SftpTransport:
    """Delivers into a folder of one server, which must show the host key that is known."""

    def __init__(self, server: SftpServer, key: Path, patience: Patience | None = None) -> None:
        """`key` is the private key's file; it is read when something is delivered."""
        self.server = server
        self.key = key
        self.patience = patience or Patience()

    def deliver(self, source: Path, name: str) -> None:
        """Upload `source` under `name`, once; the same bytes under that name are left as they are.

        Raises TransportRefused when nothing was delivered, another file of that name among the
        reasons: it is never overwritten. Raises DeliveryUnknown when nobody can tell.
        """
        check_file_name(name)
        # In a thread of its own: whoever calls may have a loop that is running already.
        with ThreadPoolExecutor(1) as alone:
            alone.submit(asyncio.run, self._deliver(source, name)).result()

    async def _deliver(self, source: Path, name: str) -> None:
        async with self._session(name) as sftp:
            delivery = _Delivery(sftp, source, name, self.server.folder, self.patience.answer)
            if not await delivery.is_done():
                await delivery.upload()
                await delivery.rename()

    @asynccontextmanager
    async def _session(self, name: str) -> AsyncIterator[asyncssh.SFTPClient]:
        connection = await self._connect(name)
        try:
            try:
                sftp = await asyncio.wait_for(connection.start_sftp_client(), self.patience.connect)
            except TROUBLE:
                raise TransportRefused(name=name, reason="unreachable") from None
            yield sftp
        finally:
            connection.close()
            # What was asked is answered by now: how the server says goodbye changes nothing.
            with suppress(*TROUBLE):
                await asyncio.wait_for(connection.wait_closed(), self.patience.close)

    async def _connect(self, name: str) -> asyncssh.SSHClientConnection:
        """Let in by the key alone; nothing of this machine's own configuration or agent counts."""
        host_key, own_key = self._keys(name)
        try:
            return await asyncssh.connect(
                self.server.host,
                self.server.port,
                username=self.server.user,
                known_hosts=([host_key], [], []),
                client_keys=[own_key],
                preferred_auth="publickey",
                agent_path=None,
                config=None,
                connect_timeout=self.patience.connect,
                login_timeout=self.patience.connect,
                keepalive_interval=self.patience.answer / 4,
            )
        except asyncssh.HostKeyNotVerifiable:
            reason = "host_key"
        except asyncssh.PermissionDenied:
            reason = "not_let_in"
        except TROUBLE:
            reason = "unreachable"
        raise TransportRefused(name=name, reason=reason)

    def _keys(self, name: str) -> tuple[asyncssh.SSHKey, asyncssh.SSHKey]:
        try:
            host_key = asyncssh.import_public_key(self.server.host_key)
        except asyncssh.KeyImportError:
            raise TransportRefused(name=name, reason="host_key") from None
        try:
            # As ssh itself does: a key that others can read opens nothing.
            if stat.S_IMODE(self.key.stat().st_mode) & 0o077:
                raise TransportRefused(name=name, reason="no_key")
            return host_key, asyncssh.read_private_key(self.key)
        except (OSError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            raise TransportRefused(name=name, reason="no_key") from None


class _Delivery:
    """One file on its way over an open session."""

    def __init__(
        self, sftp: asyncssh.SFTPClient, source: Path, name: str, folder: str, patience: float
    ) -> None:
        self.sftp = sftp
        self.source = source
        self.name = name
        self.folder = folder
        self.target = f"{folder.rstrip('/')}/{name}"
        # Banks take up what has its name, not what begins with a dot.
        self.temporary = f"{folder.rstrip('/')}/.{name}.part"
        self.patience = patience

    async def is_done(self) -> bool:
        """Whether these bytes lie at the bank already. Raises as `deliver` does."""
        try:
            if not await self._answer(self.sftp.isdir(self.folder)):
                raise self._refused("no_folder")
            size = await self._size(self.target)
        except NO_ANSWER:
            raise self._refused("interrupted") from None
        except asyncssh.SFTPError:  # It may not be looked into.
            raise self._refused("no_folder") from None
        except TROUBLE:
            raise self._refused("interrupted") from None
        if size is None:
            return False
        if size != self.source.stat().st_size:
            raise self._refused("different_file")
        if await self._sha256_there() != sha256_of(self.source):
            raise self._refused("different_file")
        return True

    async def upload(self) -> None:
        """Write the whole file under its temporary name; what lay there is written over."""
        try:
            await self._write()
            size = await self._size(self.temporary)
        except NO_ANSWER:
            raise self._refused("interrupted") from None
        except asyncssh.SFTPError:
            with suppress(*TROUBLE):
                await self._answer(self.sftp.remove(self.temporary))
            raise self._refused("not_written") from None
        except TROUBLE:
            raise self._refused("interrupted") from None
        if size != self.source.stat().st_size:
            raise self._refused("not_written")

    async def rename(self) -> None:
        """Give the file its name. From here on, only an answer tells what has happened."""
        try:
            await self._answer(self._rename())
        except TROUBLE as error:
            if isinstance(error, asyncssh.SFTPError) and not isinstance(error, NO_ANSWER):
                await self._refused_if_absent()
            raise DeliveryUnknown(name=self.name, reason="no_answer") from None

    async def _rename(self) -> None:
        try:
            await self.sftp.posix_rename(self.temporary, self.target)
        except asyncssh.SFTPOpUnsupported:
            await self.sftp.rename(self.temporary, self.target)

    async def _refused_if_absent(self) -> None:
        """The server says that it did not rename; believed where nothing has the name."""
        try:
            size = await self._size(self.target)
        except TROUBLE:
            return
        if size is None:
            raise self._refused("not_written")

    async def _write(self) -> None:
        with self.source.open("rb") as file:
            out = await self._answer(self.sftp.open(self.temporary, "wb"))
            try:
                while chunk := file.read(SENT_AT_ONCE):
                    await self._answer(out.write(chunk))
                with suppress(asyncssh.SFTPOpUnsupported):
                    await self._answer(out.fsync())
            finally:
                await self._answer(out.close())

    async def _size(self, path: str) -> int | None:
        """The size of a file there; None when nothing has that name."""
        try:
            return (await self._answer(self.sftp.stat(path))).size
        except ABSENT:
            return None

    async def _sha256_there(self) -> str:
        """Of a file under our name and of our size: nobody knows whether it is ours until read."""
        digest = hashlib.sha256()
        try:
            file = await self._answer(self.sftp.open(self.target, "rb"))
            while chunk := await self._answer(file.read(SENT_AT_ONCE)):
                digest.update(cast(bytes, chunk))
            await self._answer(file.close())
        except TROUBLE:
            raise DeliveryUnknown(name=self.name, reason="unreadable") from None
        return digest.hexdigest()

    async def _answer(self, asked: Awaitable[T]) -> T:
        return await asyncio.wait_for(asked, self.patience)

    def _refused(self, reason: str) -> TransportRefused:
        return TransportRefused(name=self.name, reason=reason)
