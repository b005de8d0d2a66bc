"""File systems of a test's own: a small one that runs full, and one that loses its power."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

MAY_NOT_MOUNT: Final = (
    "file systems cannot be mounted here (that takes root, and loop devices): the tests of a full "
    "disk and of a power cut are SKIPPED"
)
MIB: Final = 1024 * 1024
SNAPSHOTS_TRIED: Final = 200


@dataclass(frozen=True)
class SmallDisk:
    """A disk in memory with as much room as it is given."""

    folder: Path

    def leave_free(self, octets: int) -> None:
        """Take away all room but this; what is there already stays."""
        room = shutil.disk_usage(self.folder).used + octets
        _call("mount", "-o", f"remount,size={room}", str(self.folder))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """A disk that is mounted in the folder until the end."""
    folder.mkdir()
    _call("mount", "-t", "tmpfs", "-o", f"size={64 * MIB},mode=700", "khatwa-test", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        _call("umount", "--lazy", str(folder))


@dataclass(frozen=True)
class ImagedDisk:
    """A disk whose blocks are the bytes of a file: what is not in them is lost with the power."""

    image: Path
    folder: Path
    device: str

    def copy_as_after_a_power_cut(self, image: Path) -> None:
        """Copy the blocks of one moment: nothing may be written while they are copied.

        Whoever writes files must stand still; the kernel, which goes on, is waited for.
        """
        for _ in range(SNAPSHOTS_TRIED):
            before = self._written()
            shutil.copyfile(self.image, image)
            if self._written() == before and before[1] == "0":
                return
        raise AssertionError("the kernel never stopped writing to the disk")

    def _written(self) -> tuple[str, str]:
        """How many writes the device has done, and how many it is about to do."""
        figures = Path(f"/sys/block/{Path(self.device).name}/stat").read_text().split()
        return figures[4], figures[8]


def make_image(image: Path, mebibytes: int) -> None:
    """An empty file system in a file."""
    with image.open("wb") as file:
        file.truncate(mebibytes * MIB)
    _call("mkfs.ext4", "-q", str(image))


@contextmanager
def imaged_disk(image: Path, folder: Path) -> Iterator[ImagedDisk]:
    """The file system of the image, mounted in the folder until the end."""
    folder.mkdir()
    device = _call("losetup", "--find", "--show", str(image)).strip()
    try:
        # Without the favours that ext4 does to programs that forget to sync.
        _call("mount", "-o", "noauto_da_alloc", device, str(folder))
        try:
            yield ImagedDisk(image, folder, device)
        finally:
            _call("umount", "--lazy", str(folder))
    finally:
        _call("losetup", "--detach", device)


@cache
def may_mount() -> bool:
    """Whether both kinds of disk can be had here."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with small_disk(folder / "small"):
                make_image(folder / "image", 8)
            with imaged_disk(folder / "image", folder / "imaged"):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def _call(*command: str) -> str:
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode()
