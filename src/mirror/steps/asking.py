"""One call and what becomes of it: counted before it leaves, kept when it counts."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from mirror.comtrade import (
    LIMITS,
    Client,
    Kind,
    Limits,
    Manners,
    Query,
    Tally,
    checked_key,
    rows,
)
from mirror.errors import QuotaExceeded, SourceError
from mirror.lake import PUBLIC, Cover, Lake, NewReply, Release, Work, account_of
from mirror.settings import Settings
from mirror.steps.allowance import ANY, RECORDS, Allowance
from mirror.steps.availability import MANY, believed, releases_in
from mirror.steps.sizes import published
from mirror.steps.surfaces import Surfaces
from mirror.steps.whole import WholeReplies

log = logging.getLogger(__name__)
AVAILABILITY = ("availability", "availability_keyed")
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


class Asker:
    """Joins client, ledger and lake. `attempts` counts calls by account since it was made;
    `doubted` are the periods whose availability was taken for an outage; `usual_factor` corrects
    the usual number of rows of a reporter, as counts suggest.
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
        self.usual_factor = 1.0
        self._is_keyless = key is None
        self._account = account_of(key.get_secret_value() if key else None)
        self.surfaces = Surfaces(lake, self._account, clock)
        self.allowance = Allowance(lake, limits, self.surfaces.account_of, clock)
        self.client = Client(
            settings.comtrade_url, key, _manners(settings), self._spend, limits, clock,
            self._receive, settings.comtrade_record,
        )  # fmt: skip
        self._replies = WholeReplies(self.client, lake, self.allowance)
        self._keep_pace()

    @property
    def accounts(self) -> tuple[str, ...]:
        """Accounts that calls are counted under: the key's first, if there is one."""
        return (PUBLIC,) if self._account == PUBLIC else (self._account, PUBLIC)

    @property
    def limits(self) -> Limits:
        """What a call may bring, as far as is known."""
        return self.allowance.limits

    @property
    def kind(self) -> Kind:
        """How records are asked for: with the key; by preview where there is none, where its quota
        is used up and keyless calls bring as much, or where it lacks them.
        """
        if self._is_keyless:
            return "preview"
        return self.surfaces.open_way("records") or self.surfaces.ways("records")[0]

    @property
    def has_two_quotas(self) -> bool:
        """Whether a keyless call brings as many rows as one with the key, so that both are used."""
        is_alike = self.limits.rows("records") <= self.limits.rows("preview")
        return self.client.has_key and is_alike

    @property
    def used_accounts(self) -> tuple[str, ...]:
        """Accounts whose quotas bring records."""
        return self.accounts if self.has_two_quotas else (self.surfaces.account_of(self.kind),)

    def turn_keyless(self) -> bool:
        """Go on without the key, whose quota is used up; whether that is of use."""
        is_left = self.lake.ledger.left(PUBLIC, self.clock()) > 0
        turns = not self._is_keyless and self.has_two_quotas and is_left
        self._is_keyless |= turns
        return turns

    def calls_left(self) -> int:
        """Calls left today of the key, or of keyless calls where there is none; of both where both
        are used.
        """
        return sum(self.lake.ledger.left(one, self.clock()) for one in self.used_accounts)

    def ask(self, query: Query, done: Work | None = None, attempts: int | None = None) -> int:
        """Make a call and keep its reply; returns its rows. Availability is asked with the key and
        without, where one way is closed by the other. Raises what the client raises, and
        TruncatedReply where a count says that rows are missing.
        """
        if query.kind in AVAILABILITY:
            return self.surfaces.ask_by_each(query, partial(self.ask_as, attempts=attempts))
        return self.ask_as(query, done, attempts)

    def ask_as(self, query: Query, done: Work | None = None, attempts: int | None = None) -> int:
        """Ask by the query's own way and by no other."""
        try:
            with self.surfaces.noted(query), self.lake.draft() as draft:
                tally = self._replies.ask(query, draft, attempts)
                draft.seal()
                reply, found = self._new_reply(query, tally.rows), None
                if query.kind in AVAILABILITY:
                    found = releases_in(rows(draft.path))
                    known = self.lake.releases(query.frequency)
                    reply = replace(reply, periods=believed(query.periods, found, known))
                    self.doubted |= set(query.periods) - set(reply.periods)
                covers = self._covers(query, tally)
                self.lake.keep(draft, reply, self.clock(), covers, found, done)
        except QuotaExceeded as stop:
            self._rest(query, stop)
            raise
        self.allowance.worked(query.kind, tally.rows)
        self.rows += tally.rows if query.kind in RECORDS else 0
        self.replies += 1
        log.info("%s %s: %d rows", query.kind, ",".join(query.periods) or query.name, tally.rows)
        return tally.rows

    def count(self, query: Query) -> int | None:
        """Rows that a query would return; null where the service does not tell."""
        with self.surfaces.noted(query):
            return self._counted(query, self._replies.count)

    def count_if_told(self, query: Query) -> int | None:
        """The same; null as well where the call fails."""
        return self._counted(query, self._replies.count_if_told)

    def _counted(self, query: Query, count: Callable[[Query], int | None]) -> int | None:
        try:
            return count(query)
        except QuotaExceeded as stop:
            self._rest(query, stop)
            raise

    def _rest(self, query: Query, stop: QuotaExceeded) -> None:
        """Remember until when the account rests, and how many bytes it was allowed."""
        account, ledger = self.surfaces.account_of(query.kind), self.lake.ledger
        ledger.set_rest(account, stop.until)
        came = ledger.received(account, self.clock())
        if stop.what == "bytes" and came:
            self.allowance.remember(account, ANY, "bytes_a_day", came)

    def _receive(self, query: Query, size: int, rows: int) -> None:
        counted = rows if query.kind in RECORDS else 0
        account = self.surfaces.account_of(query.kind)
        self.lake.ledger.receive(account, query.kind, size, counted, self.clock())

    def _keep_pace(self) -> None:
        """Begin with the pauses that earlier runs found, and remember new ones."""
        accounts, pace = {True: self._account, False: PUBLIC}, self.client.pace
        for is_keyed, account in accounts.items():
            pace.remember(is_keyed, self.allowance.found(account, ANY, "pause_seconds") or 0.0)
        pace.on_change = lambda is_keyed, seconds: self.allowance.remember(
            accounts[is_keyed], ANY, "pause_seconds", seconds
        )

    def _spend(self, query: Query) -> None:
        account = self.surfaces.account_of(query.kind)
        self.lake.ledger.spend(account, self.client.address(query), self.clock())
        self.attempts[account] += 1

    def _covers(self, query: Query, tally: Tally) -> list[Cover]:
        """What a reply of records says of each reporter, those without a row included."""
        if query.kind not in RECORDS:
            return []
        known = self.lake.releases(query.frequency)
        asked = {
            (period, reporter)
            for period, reporters in published(self.lake, query).items()
            for reporter in reporters
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

    def _new_reply(self, query: Query, count: int) -> NewReply:
        return NewReply(
            kind=query.kind,
            frequency=query.frequency,
            query=query.to_json(),
            address=self.client.address(query),
            rows=count,
            periods=query.periods,
            reporters=query.reporters,
            products=query.products,
            flows=query.flows,
        )


def _cover(key: tuple[str, int], count: int, release: Release | None) -> Cover:
    if release is None:
        return Cover(*key, count)
    return Cover(*key, count, release.last_released, release.checksum)


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
