"""Why a build has no pair: what the sources hold instead, and what to ask for."""

from mirror.errors import SourceError
from mirror.warehouse import Warehouse

_WORDS = {"A": ("annual", "monthly"), "M": ("monthly", "annual")}
_INSTEAD = {
    "breakdown": "{} rows of breakdowns and no totals, which are not added up because a part may "
    "be missing: ask for partner2Code=0, customsCode=C00 and motCode=0",
    "services": "{} rows of services, whose typeCode is S: ask for goods (typeCode=C)",
    "flow_not_used": "{} rows of flows that are neither exports nor imports: ask for flowCode=M,X",
    "reporter_is_no_country": "{} rows whose reporter is a group of countries: ask for countries",
    "partner_is_a_group": "{} rows whose partner is a group of countries: ask for countries",
    "quarantined": "{} rows that cannot be believed and no other: correct them",
}
"""What rows are by their fate, where none of gold counts, and what to ask for."""


def demand_pairs(built: Warehouse, frequency: str) -> None:
    """Raise SourceError where no exporter and importer can be held against each other."""
    if _count(built, "select count(*) from gap_years"):
        return
    said = _without_records(built) or _without_pairs(built, frequency)
    raise SourceError(f"The sources hold {said}.")


def _without_records(built: Warehouse) -> str | None:
    """Say what the sources hold where no row of gold counts; null where one does."""
    if _count(built, "select count(*) from stg_records"):
        return None
    rows = built.frame(
        "select fate, count(*) as many from stg_rows group by fate order by many desc, fate"
    )
    if rows.height:
        fate, many = rows.row(0)
        return _INSTEAD[fate].format(f"{many:,}")
    read = _count(built, "select sum(rows_read) from raw_sources where kind = 'records'")
    if read:
        return (
            f"{read:,} rows of other goods and none of gold: ask for HS 7108, or 710811, 710812 "
            "and 710813 (cmdCode)"
        )
    return "no record of trade: give files of records, or run mirror fetch"


def _without_pairs(built: Warehouse, frequency: str) -> str:
    """Say what records lack that count."""
    word, other = _WORDS[frequency]
    own = f"frequency = '{frequency}'"
    gold = "select count(*) from stg_records where product_role <> 'neighbour_class'"
    if not _count(built, gold):
        return (
            "records of scrap or coin alone (HS 7112, 7118), which only explain gaps of gold: ask "
            "for HS 7108 (cmdCode)"
        )
    if not _count(built, f"select count(*) from stg_records where {own}"):
        return (
            f"no {word} record of gold (HS 7108) that names a partner country: give such records, "
            f"or use --freq {other}"
        )
    if not _count(built, f"select count(*) from int_gold_flows where {own} and flow_code in "
                        "('M', 'X')"):  # fmt: skip
        return f"no {word} export or import of gold, only re-exports: ask for flowCode=M,X"
    return (
        f"{word} records of gold (HS 7108) with the world or with areas that are no country, and "
        "none that names a partner country: ask for every partner (leave partnerCode out)"
    )


def _count(built: Warehouse, query: str) -> int:
    return int(built.frame(query).item() or 0)
