"""What is not there, and what the outside did not do."""

# ruff: noqa: N818  The names say what happened; "Error" at the end of forty of them says nothing.

from __future__ import annotations

from webapp.domain.errors.root import KhatwaError


class NotFound(KhatwaError):
    """No `kind` has that `reference`, or it belongs to somebody else."""

    kind: str
    reference: str


class TransportRefused(KhatwaError):
    """Nothing was delivered under `name`.

    `reason`: unusable_name, no_folder or different_file; of a server also no_key, unreachable,
    host_key (not the one that is known), not_let_in, not_written or interrupted.
    """

    name: str
    reason: str


class DeliveryUnknown(KhatwaError):
    """Whether `name` was delivered is not known; `reason`: no_answer or unreadable."""

    name: str
    reason: str


class DemonstrationBankFailed(KhatwaError):
    """The demonstration's bank did not start, did not answer, or refused what it was asked."""

    doing: str
    detail: str


class DocumentsUnavailable(KhatwaError):
    """No PDF can be written on this machine: the Debian `package` is missing."""

    package: str


class DatabaseProgramMissing(KhatwaError):
    """PostgreSQL's own `program` is not on this machine: the Debian `package` brings it."""

    program: str
    package: str


class DatabaseProgramFailed(KhatwaError):
    """PostgreSQL's own `program` ended with an error; `said` is the end of what it wrote."""

    program: str
    said: str


class MachineFailed(KhatwaError):
    """What the service stands on has failed; `cause` is what it said, for who looks after it."""

    cause: str


class DiskFull(MachineFailed):
    """There is no room left on a disk."""


class DiskFailed(MachineFailed):
    """A disk could not be written or read."""


class DatabaseAway(MachineFailed):
    """The database does not answer."""


class RunStopped(KhatwaError):
    """The work was told to end, and has ended between two transactions: nothing is half done."""


class UnsafeConfiguration(KhatwaError):
    """The service refuses to start with this `setting`."""

    setting: str
    why: str
