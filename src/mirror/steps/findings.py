"""What was found of an account, as a table: each answer, and what it means for a full history."""

from dataclasses import dataclass

from mirror.comtrade import span, windows
from mirror.errors import AuthError, QuotaExceeded, Refused, TruncatedReply
from mirror.settings import Settings
from mirror.steps.access import Access, Tried
from mirror.steps.asking import Clock, utc_now
from mirror.steps.days import Outlook
from mirror.steps.fetch import FetchPlan, plan
from mirror.steps.planning import FetchRequest

ANNUAL_SINCE, MONTHLY_SINCE = "1995", "2010-01"
KEYED = ("availability_keyed", "count", "records", "smaller", "bilateral")


@dataclass(frozen=True)
class Finding:
    """A question, the answer, and what it means; the last is empty where it means nothing more."""

    asked: str
    answer: str
    meaning: str = ""


@dataclass(frozen=True)
class History:
    """A full history: the plans of all years and all months."""

    annual: FetchPlan
    monthly: FetchPlan

    @property
    def rows(self) -> int:
        """Rows of both."""
        return self.annual.rows + self.monthly.rows

    @property
    def calls(self) -> int:
        """Calls of both."""
        return self.annual.outlook.calls + self.monthly.outlook.calls

    @property
    def bytes(self) -> int:
        """Bytes of both, over the wire."""
        return self.annual.outlook.bytes + self.monthly.outlook.bytes

    def sentence(self) -> str:
        """What each takes."""
        annual, monthly = _effort(self.annual.outlook), _effort(self.monthly.outlook)
        return (
            f"annual since {ANNUAL_SINCE}: about {annual}; monthly since {MONTHLY_SINCE[:4]}: "
            f"about {monthly}"
        )


def history(settings: Settings, clock: Clock = utc_now) -> History:
    """What a fetch of all there is would take, by what is known of the account; makes no call."""
    now = clock()
    annual = FetchRequest.of_span("A", ANNUAL_SINCE, str(now.year))
    monthly = FetchRequest.of_span("M", MONTHLY_SINCE, f"{now:%Y-%m}")
    return History(plan(annual, settings, clock=clock), plan(monthly, settings, clock=clock))


def findings(found: Access, all_of_it: History) -> list[Finding]:
    """The table, in the order in which it was asked."""
    table = [_key(found)]
    for name, words in (
        ("availability_keyed", "availability with the key"),
        ("availability", "availability without a key"),
    ):
        if name in found.tried:
            is_open = found.is_open(name)
            table.append(Finding(words, _answer(found.tried[name]), _looks() if is_open else ""))
    if "preview" in found.tried:
        table.append(_preview(found, all_of_it))
    if "records" in found.tried:
        table.append(_rows_a_call(found, all_of_it))
    if not found.trouble:
        table += _in_time(found, all_of_it)
    if "bilateral" in found.tried:
        table.append(_bilateral(found))
    return table


def _key(found: Access) -> Finding:
    if not found.has_key:
        meaning = "records come by preview; a key is free at comtradedeveloper.un.org"
        return Finding("key", "not set (MIRROR_COMTRADE_KEY)", meaning)
    errors = [found.tried[name].error for name in KEYED if name in found.tried]
    if found.is_open(*KEYED):
        return Finding("key", "accepted")
    if any(isinstance(error, AuthError) for error in errors):
        return Finding("key", "refused", "no fetch works with it")
    if any(isinstance(error, QuotaExceeded) for error in errors):
        return Finding("key", "accepted", "its calls are used up")
    return Finding("key", "not known")


def _answer(tried: Tried) -> str:
    """What came, or the first sentence of why nothing did."""
    error = tried.error
    if error is None:
        return f"answered in {tried.seconds:.1f} s, {tried.rows or 0:,} rows"
    if isinstance(error, TruncatedReply):
        return f"a reply ends at {tried.rows:,} rows"
    if isinstance(error, Refused) and error.status:
        return f"refused ({error.status}: {error.said})"
    return str(error).partition(". ")[0]


def _looks() -> str:
    """Calls for the availability of everything."""
    years = windows("A", span("A", ANNUAL_SINCE, f"{utc_now().year}"))
    months = windows("M", span("M", MONTHLY_SINCE, f"{utc_now():%Y-%m}"))
    return f"all years in {len(years)} calls, all months in {len(months)}"


def _preview(found: Access, all_of_it: History) -> Finding:
    tried = found.tried["preview"]
    is_needed = not found.has_key or found.lacks("records")
    meaning = all_of_it.sentence() if is_needed else "not needed with a key that works"
    return Finding("records without a key", _answer(tried), meaning if tried.is_answered else "")


def _rows_a_call(found: Access, all_of_it: History) -> Finding:
    tried, words = found.tried["records"], "rows a call, with the key"
    total = found.records_of_year
    if end := found.rows_a_call:
        whole = f" of {total:,}" if total and total > end else ""
        return Finding(words, f"a reply ends at {end:,} rows{whole}", all_of_it.sentence())
    if tried.error is None:
        said = f"all {tried.rows or 0:,} rows of {found.year} came at once"
        return Finding(words, said, all_of_it.sentence())
    if found.is_open("smaller"):
        said = f"{total:,} rows of {found.year}" if total else f"all rows of {found.year}"
        return Finding(words, f"{said} were too many ({_answer(tried)})", "smaller calls are made")
    return Finding(words, _answer(tried))


def _in_time(found: Access, all_of_it: History) -> list[Finding]:
    """Time and bytes of the largest reply that came."""
    came = _largest(found)
    if came is None or not came.rows:
        return []
    hours = (all_of_it.rows * came.seconds / came.rows + all_of_it.calls) / 3600
    a_day = _megabytes(all_of_it.annual.outlook.bytes_a_day)
    return [
        Finding(
            "time of a large reply",
            f"{came.rows:,} rows in {came.seconds:.1f} s",
            f"about {hours:,.1f} hours for all years and months",
        ),
        Finding(
            "bytes over the wire",
            f"{_megabytes(came.wire_bytes)}, {came.wire_bytes / came.rows:,.0f} bytes a row",
            f"about {_megabytes(all_of_it.bytes)} for all years and months, at {a_day} a day",
        ),
    ]


def _bilateral(found: Access) -> Finding:
    tried, meaning = found.tried["bilateral"], ""
    if tried.is_answered:
        meaning = "mirror fetch --bilateral works"
    elif found.lacks("bilateral"):
        meaning = "leave --bilateral out: an edition is whole without it"
    return Finding("the UN's own mirror", _answer(tried), meaning)


def _largest(found: Access) -> Tried | None:
    """The largest reply of records that came, whole or cut; null if none did."""
    came = [one for name in ("records", "smaller", "preview")
            if (one := found.tried.get(name)) and one.is_answered and one.rows]  # fmt: skip
    return came[0] if came else None


def _effort(outlook: Outlook) -> str:
    """Calls, bytes, and the days that the scarcer of them takes."""
    days = f"{outlook.days:,} {'day' if outlook.days == 1 else 'days'}"
    return f"{outlook.calls:,} calls, {_megabytes(outlook.bytes)}, {days}"


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 1e7 else f"{size / 1e6:,.2f} MB"
