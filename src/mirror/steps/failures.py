"""What failed of a run's calls and is still open, and whether the service is taken to be down."""

import logging

from mirror.comtrade import Query
from mirror.errors import Refused, SourceError

log = logging.getLogger(__name__)
FAILURES_IN_A_ROW = 6
"""After so many the service is taken to be down, and the quota is kept for later."""


class Failures:
    """The last word of each call that is still open, by the call; `in_a_row`: failures since
    something last succeeded, of which `patience` mean that the service is down.
    """

    def __init__(self, patience: int = FAILURES_IN_A_ROW) -> None:
        self.said: dict[str, str] = {}
        self.in_a_row = 0
        self._patience = patience
        self._last = ("", "")

    @property
    def is_down(self) -> bool:
        """Whether the service is taken to be down."""
        return self.in_a_row >= self._patience

    def succeeded(self, query: Query) -> None:
        """A call, or what stands for it, is done."""
        self.in_a_row = 0
        self.forget(query)

    def forget(self, query: Query) -> None:
        """A call is no longer open."""
        self.said.pop(query.to_json(), None)

    def failed(self, query: Query, error: SourceError, level: int = logging.WARNING) -> None:
        """A call failed, and is open."""
        log.log(level, "%s", error)
        self.in_a_row += 1
        self._last = query.to_json(), str(error)
        self.said[query.to_json()] = str(error)

    def closed(self, query: Query, error: Refused) -> None:
        """A call is refused for good, which says nothing of whether the service is up."""
        if str(error) not in self.said.values():
            log.warning("%s", error)
        self.said[query.to_json()] = str(error)

    def name_the_last(self) -> None:
        """Say the last failure even where the plan was made anew since."""
        self.said.setdefault(*self._last)
