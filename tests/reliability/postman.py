"""Who carries files to the banks, and what may happen on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from webapp.adapters.transports import FolderTransport
from webapp.domain.errors import TransportRefused


class PowerCut(BaseException):
    """The machine stops in the middle of a delivery."""


@dataclass
class Postman:
    """Carries files into the banks' folders; `accident` says what happens on the way."""

    folders: dict[str, FolderTransport]
    accident: str = ""
    arrived: set[str] = field(default_factory=set)

    def to(self, channel: str) -> Carrier:
        return Carrier(self, channel)


@dataclass
class Carrier:
    """The transport of one channel."""

    postman: Postman
    channel: str

    def deliver(self, source: Path, name: str) -> None:
        if self.postman.accident == "refused":
            raise TransportRefused(name=name, reason="no_folder")
        if self.postman.accident == "power cut before":
            raise PowerCut
        assert source.stem not in self.postman.arrived, f"{name} was delivered twice"
        self.postman.folders[self.channel].deliver(source, name)
        self.postman.arrived.add(source.stem)
        if self.postman.accident == "power cut after":
            raise PowerCut
