"""How fast files are read: `python -m benchmarks.reading [MB]` prints MB a second for each shape.

The files are made of the sample's rows again and again. The best of three passes counts, by the
wall clock and by the seconds of a processor: the second holds where other work runs beside.
"""

import csv
import io
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mirror.comtrade.service import GOLD, KNOWN
from mirror.records import Counts, find_sources, read_file
from mirror.settings import ASSETS

_SAMPLE = ASSETS / "data" / "sample" / "kenya_south_africa_monthly.csv"
_PRODUCTS = frozenset(GOLD)
_FIGURES = ("netwgt", "cifvalue", "fobvalue", "primaryvalue")
_LAST = "isaggregate"
_HEADERS = [*sorted(KNOWN - {_LAST}), _LAST]
"""As the service ends a row; case counts for nothing."""


def _rows() -> list[dict[str, Any]]:
    """Rows of the sample with all columns that the service sends."""
    with _SAMPLE.open(encoding="utf-8") as file:
        found = [
            {name.replace("_", "").lower(): v or None for name, v in row.items()}
            for row in csv.DictReader(file)
        ]
    rest: dict[str, Any] = {
        "cmddesc": "Gold; unwrought, in other forms, non-monetary",
        "partner2desc": "World",
        "customsdesc": "TOTAL CPC",
        "motdesc": "TOTAL MOT",
        "reporterdesc": "South Africa",
        "partnerdesc": "United Arab Emirates",
        "classificationsearchcode": "HS",
        "refperiodid": "20180101",
        "isreported": False,
        "isaggregate": True,
    }
    return [dict.fromkeys(_HEADERS) | rest | row for row in found]


def _csv(quoting: Any) -> Callable[[list[dict[str, Any]]], tuple[bytes, bytes, bytes, bytes]]:
    def make(rows: list[dict[str, Any]]) -> tuple[bytes, bytes, bytes, bytes]:
        text = io.StringIO()
        writer = csv.DictWriter(text, _HEADERS, quoting=quoting, extrasaction="ignore")
        writer.writerows(rows)
        return (",".join(_HEADERS) + "\r\n").encode(), text.getvalue().encode(), b"", b""

    return make


def _reply(rows: list[dict[str, Any]]) -> tuple[bytes, bytes, bytes, bytes]:
    typed = [{n: float(v) if v and n in _FIGURES else v for n, v in row.items()} for row in rows]
    return b'{"data":[', json.dumps(typed)[1:-1].encode(), b",", b"]}"


def _open_end(rows: list[dict[str, Any]]) -> tuple[bytes, bytes, bytes, bytes]:
    """Rows whose last column may be empty, so that a row that is cut is not seen at once."""
    return _SHAPES["csv"]([row | {_LAST: None} for row in rows])


_SHAPES = {
    "csv": _csv(csv.QUOTE_MINIMAL),
    "csv, quoted": _csv(csv.QUOTE_ALL),
    "csv, last column empty": _open_end,
    "json": _reply,
}


def main(megabytes: int = 200) -> None:
    """Print the speed of each shape and the peak of memory."""
    rows = _rows()
    with tempfile.TemporaryDirectory() as folder:
        for name, make in _SHAPES.items():
            path = Path(folder) / "data"
            _write(path, make(rows), megabytes)
            speeds = [_speeds(path) for _ in range(3)]
            wall, processor = map(max, zip(*speeds, strict=True))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            sys.stdout.write(
                f"{name}: {wall:.0f} MB/s, {processor:.0f} MB a processor second "
                f"({peak:,.0f} MB of memory at most)\n"
            )


def _write(path: Path, parts: tuple[bytes, bytes, bytes, bytes], megabytes: int) -> None:
    head, body, between, end = parts
    with path.open("wb") as file:
        file.write(head + body)
        for _ in range(megabytes * 1_000_000 // len(body)):
            file.write(between + body)
        file.write(end)


def _speeds(path: Path) -> tuple[float, float]:
    """Return MB a second of the clock and of a processor."""
    (source,) = find_sources([path])
    start, used = time.perf_counter(), time.process_time()
    for _ in read_file(source, _PRODUCTS, Counts()):
        pass
    size = path.stat().st_size / 1e6
    return size / (time.perf_counter() - start), size / (time.process_time() - used)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
