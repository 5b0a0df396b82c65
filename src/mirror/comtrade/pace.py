"""The time between two calls: the configured one, longer where the service asks for it."""

import time
from collections.abc import Callable

GROWTH = 1.5
SHORTEST_SECONDS = 0.5
"""A pause that was refused grows at least to this."""
LONGEST_ASKED_SECONDS = 6.0
"""Ten calls a minute, the slowest pace on record: a longer Retry-After is waited for once."""
CALM_CALLS = 100
"""After so many calls without a refusal the pause is shortened by a tenth."""


class Pace:
    """The pause of keyed and of keyless calls, in seconds; never below `least`, nor, for what the
    service answers, above `most`. `on_change` is told of each new pause.
    """

    def __init__(
        self,
        least: float,
        most: float,
        on_change: Callable[[bool, float], None] = lambda is_keyed, seconds: None,
    ) -> None:
        self._least = least
        self._most = max(least, most)
        self.on_change = on_change
        self._pauses = {True: least, False: least}
        self._calm = {True: 0, False: 0}
        self._last = float("-inf")

    def pause(self, is_keyed: bool) -> float:
        """Seconds between two calls."""
        return self._pauses[is_keyed]

    def remember(self, is_keyed: bool, seconds: float) -> None:
        """Begin with the pause that an earlier run found."""
        self._pauses[is_keyed] = min(max(seconds, self._least), self._most)

    def wait(self, is_keyed: bool) -> None:
        """Sleep until the next call may leave."""
        left = self._last + self._pauses[is_keyed] - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._last = time.monotonic()

    def refused(self, is_keyed: bool, asked_seconds: float | None) -> None:
        """The service answered 429; `asked_seconds` is its Retry-After, null where it gave none."""
        asked = min(asked_seconds or 0.0, LONGEST_ASKED_SECONDS)
        longer = max(GROWTH * self._pauses[is_keyed], asked, SHORTEST_SECONDS)
        self._set(is_keyed, min(longer, self._most))

    def went_well(self, is_keyed: bool) -> None:
        """A call was answered; after many of them the pause becomes a little shorter."""
        self._calm[is_keyed] += 1
        if self._calm[is_keyed] >= CALM_CALLS and self._pauses[is_keyed] > self._least:
            self._set(is_keyed, max(self._least, 0.9 * self._pauses[is_keyed]))

    def _set(self, is_keyed: bool, seconds: float) -> None:
        self._calm[is_keyed] = 0
        if seconds != self._pauses[is_keyed]:
            self._pauses[is_keyed] = seconds
            self.on_change(is_keyed, seconds)
