"""What UN Comtrade offers and how it spells it: the one place that says so.

Sources disagree on the spelling of the reporter parameter; the choice stands here and nowhere else.
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


_CLASSIC = {"partner2Code": "0", "customsCode": "C00", "motCode": "0", "includeDesc": "false"}
"""Names are left out of records: they come from data/reference, and bytes are a quota."""
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
