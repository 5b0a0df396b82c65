"""One call and what becomes of it: counted before it leaves, kept when it counts."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from mirror.comtrade import LIMITS, Client, Limits, Manners, Query, Tally, checked_key, rows
from mirror.errors import QuotaExceeded, SourceError
from mirror.lake import PUBLIC, Cover, Lake, NewReply, Release, Work, account_of
from mirror.settings import Settings
from mirror.steps.availability import MANY, believed, releases_in
from mirror.steps.surfaces import Surfaces

log = logging.getLogger(__name__)
AVAILABILITY = ("availability", "availability_keyed")
RECORDS = ("records", "preview")
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


class Asker:
    """Joins client, ledger and lake. `attempts` counts calls by account since it was made;
    `doubted` are the periods whose availability was taken for an outage.
    """

    def __init__(
        self, lake: Lake, settings: Settings, clock: Clock = utc_now, limits: Limits = LIMITS
    ) -> None:
        key = checked_key(settings.comtrade_key)
        self.lake = lake
        self.clock = clock
        self.attempts: Counter[str] = Counter()
        self.new_fields: set[str] = set()
        self.doubted: set[str] = set()
        self.rows = self.replies = 0
        self._account = account_of(key.get_secret_value() if key else None)
        self.surfaces = Surfaces(lake, self._account, clock)
        self.client = Client(
            settings.comtrade_url, key, _manners(settings), self._spend, limits, clock,
            record=settings.comtrade_record,
        )  # fmt: skip

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts that calls are counted under: the key's first, if there is one."""
        return (PUBLIC,) if self._account == PUBLIC else (self._account, PUBLIC)

    def calls_left(self) -> int:
        """Calls left today of the key, or of keyless calls where there is none."""
        return self.lake.ledger.left(self._account, self.clock())

    def ask(self, query: Query, done: Work | None = None) -> int:
        """Make a call and keep its reply; returns its rows. Availability is asked with the key and
        without, where one way is closed by the other. Raises what the client raises.
        """
        if query.kind in AVAILABILITY:
            return self.surfaces.ask_by_each(query, self.ask_as)
        return self.ask_as(query, done)

    def ask_as(self, query: Query, done: Work | None = None) -> int:
        """Ask by the query's own way and by no other."""
        try:
            with self.surfaces.noted(query), self.lake.draft() as draft:
                tally = self.client.ask(query, draft).tally
                draft.seal()
                reply, found = _new_reply(query, tally.rows), None
                if query.kind in AVAILABILITY:
                    found = releases_in(rows(draft.path))
                    known = self.lake.releases(query.frequency)
                    reply = replace(reply, periods=believed(query.periods, found, known))
                    self.doubted |= set(query.periods) - set(reply.periods)
                covers = self._covers(query, tally)
                self.lake.keep(draft, reply, self.clock(), covers, found, done)
        except QuotaExceeded as stop:
            self.lake.ledger.set_rest(self._account_for(query), stop.until)
            raise
        self.rows += tally.rows if query.kind in RECORDS else 0
        self.replies += 1
        log.info("%s %s: %d rows", query.kind, ",".join(query.periods) or query.name, tally.rows)
        return tally.rows

    def count(self, query: Query) -> int | None:
        """Rows that a query would return; null where the service does not tell."""
        with self.surfaces.noted(query), self.lake.draft() as draft:
            tally = self.client.ask(replace(query, count_only=True), draft).tally
        informs = tally.declared is not None and tally.declared not in self.client.limits.suspect
        return tally.declared if informs else None

    def _account_for(self, query: Query) -> str:
        return self._account if query.keyed else PUBLIC

    def _spend(self, query: Query) -> None:
        account = self._account_for(query)
        self.lake.ledger.spend(account, query.path(), self.clock())
        self.attempts[account] += 1

    def _covers(self, query: Query, tally: Tally) -> list[Cover]:
        """What a reply of records says of each reporter, those without a row included."""
        if query.kind not in RECORDS:
            return []
        known = self.lake.releases(query.frequency)
        asked = {
            (period, reporter)
            for period, reporter in known
            if period in query.periods and (not query.reporters or reporter in query.reporters)
        }
        self.new_fields |= set(tally.unknown_fields)
        reporters = {reporter for _, reporter in asked}
        if not tally.rows and len(reporters) >= MANY and ("M", "7108") in query.cells():
            raise SourceError(
                f"A reply for {len(reporters)} reporters that published is empty, which is no sign"
                " of no trade. It is not kept; run again later."
            )
        keys = sorted(asked | set(tally.by_reporter))
        return [_cover(key, tally.by_reporter[key], known.get(key)) for key in keys]


def _cover(key: tuple[str, int], count: int, release: Release | None) -> Cover:
    if release is None:
        return Cover(*key, count)
    return Cover(*key, count, release.last_released, release.checksum)


def _new_reply(query: Query, count: int) -> NewReply:
    return NewReply(
        kind=query.kind,
        frequency=query.frequency,
        query=query.to_json(),
        address=query.path(),
        rows=count,
        periods=query.periods,
        reporters=query.reporters,
        products=query.products,
        flows=query.flows,
    )


def _manners(settings: Settings) -> Manners:
    return Manners(
        pause=settings.comtrade_pause_seconds,
        connect=settings.comtrade_connect_seconds,
        read=settings.comtrade_read_seconds,
        reply=settings.comtrade_reply_seconds,
        retries=settings.comtrade_retries,
        backoff=settings.comtrade_backoff_seconds,
        wait=settings.comtrade_wait_seconds,
    )
