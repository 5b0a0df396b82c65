"""Everything that `mirror` raises on purpose. A message says what happened, where, what to do."""

from datetime import datetime


class MirrorError(Exception):
    """A run cannot go on; the last good edition stands."""


class SettingsError(MirrorError):
    """A setting, option or output folder cannot be used."""


class HeldByAnother(MirrorError):
    """Another process writes to the folder."""


class ResourceLacking(MirrorError):
    """The disk is full, or the memory too little."""


class SourceError(MirrorError):
    """A file or a reply cannot be used as Comtrade records."""


class Refused(SourceError):
    """The service gives this account no reply of that kind, and asking again does not help.

    `status` and `said` are the service's; 0 and empty where it was not asked.
    """

    def __init__(self, message: str, status: int = 0, said: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.said = said


class AuthError(Refused):
    """The service refuses the key."""


class QuotaExceeded(SourceError):
    """The calls, or the bytes, of the day are used up; the next run resumes. `until` (UTC) is when
    it can.
    """

    def __init__(self, message: str, until: datetime, what: str = "calls") -> None:
        super().__init__(message)
        self.until = until
        self.what = what

    def __reduce__(self) -> tuple[type["QuotaExceeded"], tuple[str, datetime, str]]:
        """Keep all of it when a flow carries the error from one process to another."""
        return type(self), (str(self), self.until, self.what)


class TruncatedReply(SourceError):
    """A reply stands at a row cap, so rows are missing from it. `rows` came; `total` there are by
    a count, null where none was made.
    """

    def __init__(self, message: str, rows: int = 0, total: int | None = None) -> None:
        super().__init__(message)
        self.rows = rows
        self.total = total


class CallTooLarge(SourceError):
    """A call that a smaller one may take the place of: no reply in time (`status` 0), a 5xx, or a
    400.
    """

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class SchemaDrift(MirrorError):
    """A needed column is missing, or holds what it cannot hold."""


class LakeError(MirrorError):
    """The archive of replies is damaged or contradicts itself."""


class CheckFailed(MirrorError):
    """A critical check on the built tables failed; nothing was published."""
