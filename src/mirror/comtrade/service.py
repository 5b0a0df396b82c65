"""What UN Comtrade offers, how it spells it and where its limits are: the one place that says so.

Sources disagree on the row cap of keyed calls (100,000 or 250,000) and on the spelling of the
reporter parameter; the choice stands here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Frequency = Literal["A", "M"]
Kind = Literal[
    "records",
    "preview",
    "availability",
    "availability_keyed",
    "bilateral",
    "reference",
]

KEY_HEADER = "Ocp-Apim-Subscription-Key"
PERIODS_A_CALL = 12
URL_CHARACTERS = 4000
GOLD = ("7108", "710811", "710812", "710813", "710820")
FLOWS = ("M", "X", "RM", "RX", "DX", "FM")


@dataclass(frozen=True)
class Limits:
    """Rows a reply can hold. `suspect` are the counts at which a reply is taken as cut."""

    preview_rows: int = 500
    keyed_rows: int = 100_000
    suspect: frozenset[int] = frozenset({500, 100_000, 250_000})

    def rows(self, kind: Kind) -> int:
        """Rows that a call of this kind can be planned to return."""
        return self.preview_rows if kind == "preview" else self.keyed_rows

    def is_cut(self, kind: Kind, rows: int) -> bool:
        """Whether a reply with so many rows must be taken as cut."""
        return rows in self.suspect or (kind == "preview" and rows >= self.preview_rows)


LIMITS = Limits()

_CLASSIC = {"partner2Code": "0", "customsCode": "C00", "motCode": "0", "includeDesc": "true"}
_RECORDS = {
    "reporters": "reportercode",
    "periods": "period",
    "partners": "partnerCode",
    "products": "cmdCode",
    "flows": "flowCode",
}


@dataclass(frozen=True)
class Endpoint:
    """A path below the base address, with the spelling of its parameters."""

    path: str
    keyed: bool
    spelling: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: str = ""


_WHEN = {"reporters": "reportercode", "periods": "period"}
ENDPOINTS: Mapping[Kind, Endpoint] = {
    "records": Endpoint("/data/v1/get/C/{frequency}/HS", True, _RECORDS, _CLASSIC),
    "preview": Endpoint("/public/v1/preview/C/{frequency}/HS", False, _RECORDS, _CLASSIC),
    "availability": Endpoint(
        "/public/v1/getDA/C/{frequency}/HS", False, _WHEN, words="availability without a key"
    ),
    "availability_keyed": Endpoint(
        "/data/v1/getDa/C/{frequency}/HS", True, _WHEN, words="availability"
    ),
    "bilateral": Endpoint(
        "/tools/v1/getBilateralData/C/{frequency}/HS", True, _RECORDS, words="bilateral data"
    ),
    "reference": Endpoint("/files/v1/app/reference/{name}.json", False, words="a reference list"),
}


def is_keyed(kind: Kind) -> bool:
    """Whether calls of this kind need a key."""
    return ENDPOINTS[kind].keyed


_NEEDED = (
    "period reportercode flowcode partnercode partner2code cmdcode customscode motcode"
    " netwgt cifvalue fobvalue primaryvalue"
)
_KNOWN = (
    "typecode freqcode refperiodid refyear refmonth reporteriso reporterdesc flowdesc partneriso"
    " partnerdesc partner2iso partner2desc classificationcode classificationsearchcode"
    " isoriginalclassification cmddesc aggrlevel isleaf customsdesc moscode motdesc qtyunitcode"
    " qtyunitabbr qty isqtyestimated altqtyunitcode altqtyunitabbr altqty isaltqtyestimated"
    " isnetwgtestimated grosswgt isgrosswgtestimated legacyestimationflag isreported"
    " isaggregate"
)
NEEDED = frozenset(_NEEDED.split())
NULLABLE = frozenset({"netwgt", "cifvalue", "fobvalue"})
KNOWN = NEEDED | frozenset(_KNOWN.split())
