"""A dataset as the service writes it: records, the World row and subheadings included."""

from collections.abc import Iterator
from typing import Any

from benchmarks.life.countries import EVERYBODY, WORLD_CODE, Country, partner_code
from benchmarks.life.truth import Amount, Dataset

HEADING = "7108"
_SUBHEADINGS = (("710812", 0.9), ("710813", 0.1))
_DESCRIPTIONS = ("reporterISO", "reporterDesc", "flowDesc", "partnerISO", "partnerDesc", "cmdDesc")
_FLOWS = {"M": "Import", "X": "Export"}

Record = dict[str, Any]


def records(dataset: Dataset) -> Iterator[Record]:
    """Every record of a dataset, in the order of flow, partner and product."""
    country = EVERYBODY[dataset.reporter]
    for flow in _FLOWS:
        named = {p: amount for (f, p), amount in dataset.amounts.items() if f == flow}
        if not named:
            continue
        by_code = {partner_code(partner): amount for partner, amount in named.items()}
        for code, amount in sorted({WORLD_CODE: _total(named), **by_code}.items()):
            yield from _products(dataset, country, flow, code, amount)


def _total(named: dict[str, Amount]) -> Amount:
    weights = [amount.weight_kg for amount in named.values()]
    weight = None if None in weights else round(sum(w for w in weights if w is not None), 3)
    return Amount(round(sum(amount.value_usd for amount in named.values()), 3), weight)


def _products(
    dataset: Dataset, country: Country, flow: str, partner: int, amount: Amount
) -> Iterator[Record]:
    yield _record(dataset, country, flow, partner, HEADING, amount)
    if not country.names_subheadings:
        return
    weight = amount.weight_kg
    small = Amount(
        round(amount.value_usd * _SUBHEADINGS[1][1], 3),
        None if weight is None else round(weight * _SUBHEADINGS[1][1], 3),
    )
    large = Amount(
        round(amount.value_usd - small.value_usd, 3),
        None if weight is None or small.weight_kg is None else round(weight - small.weight_kg, 3),
    )
    for (product, _), part in zip(_SUBHEADINGS, (large, small), strict=True):
        yield _record(dataset, country, flow, partner, product, part)


def _record(
    dataset: Dataset, country: Country, flow: str, partner: int, product: str, amount: Amount
) -> Record:
    names = {known.code: known for known in EVERYBODY.values()}
    other = names.get(partner)
    is_import = flow == "M"
    return {
        "typeCode": "C",
        "freqCode": "A",
        "refPeriodId": dataset.period * 10000 + 101,
        "refYear": dataset.period,
        "refMonth": 52,
        "period": str(dataset.period),
        "reporterCode": country.code,
        "reporterISO": country.iso3,
        "reporterDesc": country.name,
        "flowCode": flow,
        "flowDesc": _FLOWS[flow],
        "partnerCode": partner,
        "partnerISO": other.iso3 if other else ("_X" if partner else "W00"),
        "partnerDesc": other.name if other else ("Areas, nes" if partner else "World"),
        "partner2Code": 0,
        "partner2ISO": "W00",
        "partner2Desc": "World",
        "classificationCode": dataset.hs_edition,
        "classificationSearchCode": "HS",
        "isOriginalClassification": True,
        "cmdCode": product,
        "cmdDesc": "Gold",
        "aggrLevel": len(product),
        "isLeaf": len(product) == 6,
        "customsCode": "C00",
        "customsDesc": "TOTAL CPC",
        "mosCode": "0",
        "motCode": 0,
        "motDesc": "TOTAL MOT",
        "qtyUnitCode": 8,
        "qtyUnitAbbr": "kg",
        "qty": amount.weight_kg,
        "isQtyEstimated": False,
        "altQtyUnitCode": -1,
        "altQtyUnitAbbr": "N/A",
        "altQty": 0.0,
        "isAltQtyEstimated": False,
        "netWgt": amount.weight_kg,
        "isNetWgtEstimated": False,
        "grossWgt": 0.0,
        "isGrossWgtEstimated": False,
        "cifvalue": amount.value_usd if is_import else None,
        "fobvalue": None if is_import else amount.value_usd,
        "primaryValue": amount.value_usd,
        "legacyEstimationFlag": 0,
        "isReported": len(product) == 6,
        "isAggregate": len(product) == 4,
    }


def without_descriptions(record: Record) -> Record:
    """The record as preview and `includeDesc=false` give it."""
    return record | dict.fromkeys(_DESCRIPTIONS)


def listing(dataset: Dataset) -> Record:
    """The line of availability for a dataset."""
    country = EVERYBODY[dataset.reporter]
    return {
        "datasetCode": int(f"3{country.code:03d}{dataset.period}00{dataset.version}"),
        "typeCode": "C",
        "freqCode": "A",
        "period": dataset.period,
        "reporterCode": country.code,
        "reporterISO": country.iso3,
        "reporterDesc": country.name,
        "classificationCode": dataset.hs_edition,
        "classificationSearchCode": "HS",
        "isOriginalClassification": True,
        "totalRecords": 1000 + 3 * len(dataset.amounts),
        "datasetChecksum": (dataset.version * 7919 + country.code) * (-1) ** dataset.version,
        "firstReleased": f"{dataset.first_released:%Y-%m-%dT%H:%M:%S.25}",
        "lastReleased": f"{dataset.last_released:%Y-%m-%dT%H:%M:%S.25}",
    }
