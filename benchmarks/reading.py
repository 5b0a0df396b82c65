"""How fast files are read: `python -m benchmarks.reading [MB]` prints MB a second for each shape.

The files are made of the sample's rows again and again; the first pass is not counted.
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

from mirror.records import Counts, find_sources, read_file
from mirror.settings import ASSETS

_SAMPLE = ASSETS / "data" / "sample" / "kenya_south_africa_monthly.csv"
_PRODUCTS = frozenset({"7108", "710811", "710812", "710813", "710820"})
_FIGURES = ("netWgt", "cifvalue", "fobvalue", "primaryValue")
_HEADERS = """typeCode freqCode refPeriodId refYear refMonth period reporterCode reporterISO
    reporterDesc flowCode flowDesc partnerCode partnerISO partnerDesc partner2Code partner2ISO
    partner2Desc classificationCode classificationSearchCode isOriginalClassification cmdCode
    cmdDesc aggrLevel isLeaf customsCode customsDesc mosCode motCode motDesc qtyUnitCode qtyUnitAbbr
    qty isQtyEstimated altQtyUnitCode altQtyUnitAbbr altQty isAltQtyEstimated netWgt
    isNetWgtEstimated grossWgt isGrossWgtEstimated cifvalue fobvalue primaryValue
    legacyEstimationFlag isReported isAggregate""".split()


def _rows() -> list[dict[str, Any]]:
    """Rows of the sample with all columns that the service sends."""
    plain = {name.lower(): name for name in _HEADERS}
    with _SAMPLE.open(encoding="utf-8") as file:
        found = [
            {plain.get(n.replace("_", ""), n): v or None for n, v in row.items()}
            for row in csv.DictReader(file)
        ]
    rest: dict[str, Any] = {
        "cmdDesc": "Gold; unwrought, in other forms, non-monetary",
        "partner2Desc": "World",
        "customsDesc": "TOTAL CPC",
        "motDesc": "TOTAL MOT",
        "reporterDesc": "South Africa",
        "partnerDesc": "United Arab Emirates",
        "classificationSearchCode": "HS",
        "refPeriodId": "20180101",
        "isReported": False,
        "isAggregate": True,
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


_SHAPES = {"csv": _csv(csv.QUOTE_MINIMAL), "csv, quoted": _csv(csv.QUOTE_ALL), "json": _reply}


def main(megabytes: int = 200) -> None:
    """Print the speed of each shape, wall clock, and the peak of memory."""
    rows = _rows()
    with tempfile.TemporaryDirectory() as folder:
        for name, make in _SHAPES.items():
            head, body, between, end = make(rows)
            times = megabytes * 1_000_000 // len(body) + 1
            path = Path(folder) / "data"
            path.write_bytes(head + between.join([body] * times) + end)
            best = max(_speed(path) for _ in range(3))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            sys.stdout.write(f"{name}: {best:.0f} MB/s ({peak:,.0f} MB at most)\n")


def _speed(path: Path) -> float:
    (source,) = find_sources([path])
    start = time.perf_counter()
    for _ in read_file(source, _PRODUCTS, Counts()):
        pass
    return path.stat().st_size / 1e6 / (time.perf_counter() - start)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
