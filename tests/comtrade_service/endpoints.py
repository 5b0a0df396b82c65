"""What the service can be asked: paths, who may ask, and the parameters that each path takes.

Sources, by the letters that stand beside each rule here and in `asked`, `answers` and `access`:
  [N]  the notes on the service that the project keeps (endpoints, parameters, limits, replies)
  [O]  the official Python client, comtradeapicall 1.3.2: what it sends, and its README
  [R]  replies that the R package comtradr recorded for its tests
  [I n] thread n of github.com/uncomtrade/comtradeapicall; [W] koala73/worldmonitor#4646 (July 2026)
  [S]  no source: chosen as the stricter of two readings, so that a slip shows
"""

import re
from dataclasses import dataclass

RECORDS, AVAILABILITY, METADATA = "records", "availability", "metadata"
BILATERAL, SUV, BULK, UPDATES, REFERENCE = "bilateral", "suv", "bulk", "updates", "reference"

_OF_DATASETS = {"reportercode", "period"}  # [O] DataAvailability.py, Metadata.py
_OF_RELEASES = _OF_DATASETS | {"publisheddatefrom", "publisheddateto"}  # [O] DataAvailability.py
_OF_PAIRS = _OF_DATASETS | {"cmdcode", "flowcode", "partnercode", "maxrecords", "format",
                            "includedesc"}  # [O] PreviewGet.py, getBilateralData  # fmt: skip
# [O] PreviewGet.py, getPreviewData; it may also send aggregateBy, which this service refuses [S]
_OF_RECORDS = _OF_PAIRS | {"partner2code", "customscode", "motcode", "breakdownmode", "countonly"}
_OF_SUV = {"period", "cmdcode", "flowcode", "qtyunitcode"}  # [O] SUV.py


@dataclass(frozen=True)
class Endpoint:
    """`kind`: the product that a key has or lacks; `parameters` in lower case."""

    pattern: str
    kind: str
    is_keyed: bool
    parameters: frozenset[str]
    periods: int = 12  # [N] Parameters: "12 at most"


def _endpoint(
    pattern: str, kind: str, is_keyed: bool, takes: set[str], periods: int = 12
) -> Endpoint:
    return Endpoint(pattern, kind, is_keyed, frozenset(takes), periods)


_SET = r"/C/(?P<frequency>[AM])/HS"
# All [N], table of endpoints. Goods in HS alone: tariff line, trade balance, trade matrix, classic
# bulk and asynchronous jobs exist [O] and are 404 here, since nothing of ours may lean on them.
ENDPOINTS = (
    # [W], [N]: several periods without a key are a 400
    _endpoint(rf"/public/v1/preview{_SET}", RECORDS, False, _OF_RECORDS, periods=1),
    _endpoint(rf"/data/v1/get{_SET}", RECORDS, True, _OF_RECORDS),
    # [N] writes getDA without a key, [O] getDa: both; with a key both write getDa
    _endpoint(rf"/public/v1/getD[Aa]{_SET}", AVAILABILITY, False, _OF_RELEASES),
    _endpoint(rf"/data/v1/getDa{_SET}", AVAILABILITY, True, _OF_RELEASES),
    _endpoint(rf"/public/v1/getMetadata{_SET}", METADATA, False, _OF_DATASETS),
    _endpoint(rf"/data/v1/getMetadata{_SET}", METADATA, True, _OF_DATASETS),  # [O] Metadata.py
    _endpoint(r"/data/v1/getLiveUpdate", UPDATES, True, set()),
    _endpoint(r"/data/v1/getSUV/C/(?P<frequency>A)/HS", SUV, True, _OF_SUV),
    _endpoint(rf"/tools/v1/getBilateralData{_SET}", BILATERAL, True, _OF_PAIRS),
    _endpoint(rf"/bulk/v1/get{_SET}", BULK, True, _OF_RELEASES),
    # [N] "never escape its slash"; [R] sends format=json
    _endpoint(r"/bulk/v1/file/(?P<name>\d+/[0-9a-f]{64})", BULK, True, {"format"}),
    _endpoint(r"/files/v1/app/reference/(?P<name>\w+)\.json", REFERENCE, False, set()),
)


def find(path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint at a path, as it is written, and what the path itself says."""
    for endpoint in ENDPOINTS:
        if said := re.fullmatch(endpoint.pattern, path):
            return endpoint, said.groupdict()
    return None
