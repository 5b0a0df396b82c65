"""Figures that were published elsewhere, or counted by hand in the source files, must come out."""

import duckdb
import pytest

Warehouse = duckdb.DuckDBPyConnection


def one(sample: Warehouse, query: str) -> tuple[object, ...]:
    (row,) = sample.execute(query).fetchall()
    return tuple(row)


def column(sample: Warehouse, query: str) -> list[object]:
    return [row[0] for row in sample.execute(query).fetchall()]


UAE_2016 = "frequency = 'A' and period = 2016 and importer_iso3 = 'ARE'"


def test_uae_2016_imports_from_118_partners_of_which_one_is_no_country(sample: Warehouse) -> None:
    partners = sample.execute(
        "select partner_iso3, partner_kind from int_gold_flows where frequency = 'A' "
        "and period = 2016 and reporter_iso3 = 'ARE' and flow_code = 'M' and partner_iso3 <> 'W00'"
    ).fetchall()
    assert len(partners) == 118
    assert [p for p in partners if p[1] != "country"] == [("X2", "not_specified")]


def test_uae_2016_pairs_by_who_reports(sample: Warehouse) -> None:
    both, importer_only, exporter_only = one(
        sample,
        "select count(*) filter (where export_value_usd is not null and import_value_usd is not "
        "null), count(*) filter (where export_value_usd is null), count(*) filter (where "
        f"import_value_usd is null) from gap_years where {UAE_2016}",
    )
    assert (both, importer_only, exporter_only) == (72, 45, 2)
    assert column(
        sample,
        f"select exporter_iso3 from gap_years where {UAE_2016} and import_value_usd is null "
        "order by 1",
    ) == ["FJI", "SWZ"]


def test_uae_2016_from_african_partners_as_reuters_printed(sample: Warehouse) -> None:
    """Reuters, 24 April 2019: 46 countries, $15.1 billion, 446 tonnes."""
    countries, usd, kg = one(
        sample,
        "select count(*), sum(import_value_usd), sum(import_net_weight_kg) from int_pair_years "
        f"where {UAE_2016} and exporter_continent = 'Africa' and import_value_usd is not null",
    )
    assert countries == 46
    assert usd == pytest.approx(15_141_802_242.57, abs=0.01)
    assert kg == pytest.approx(446_298.16, abs=0.01)


def test_old_codes_of_cepii_lose_no_country(sample: Warehouse) -> None:
    """COD, ROU and SRB stand as ZAR, ROM and YUG in CEPII's lists."""
    assert column(
        sample, "select continent from stg_countries where iso3 in ('COD', 'ROU', 'SRB') order by 1"
    ) == ["Africa", "Europe", "Europe"]


def test_mali_to_uae_2016(sample: Warehouse) -> None:
    export_usd, import_usd, export_kg, import_kg = one(
        sample,
        "select export_value_usd, import_value_usd, export_net_weight_kg, import_net_weight_kg "
        f"from gap_years where {UAE_2016} and exporter_iso3 = 'MLI'",
    )
    assert export_usd == 216_667_714
    assert import_usd == pytest.approx(1_523.3e6, rel=1e-4)
    assert (export_kg, import_kg) == (15_284, 41_069.86)


def test_mali_stands_in_the_upper_part_of_the_ranking(sample: Warehouse) -> None:
    rank, pairs, above = one(
        sample,
        "select rank, (select count(*) from ranked_gaps where direction = 'undeclared_export'), "
        "above_noise_floor from ranked_gaps where direction = 'undeclared_export' "
        "and exporter_iso3 = 'MLI' and importer_iso3 = 'ARE'",
    )
    assert int(str(rank)) <= int(str(pairs)) // 10
    assert above


def test_south_africa_books_its_exports_without_a_partner(sample: Warehouse) -> None:
    shares = column(
        sample,
        "select export_pool_share from country_balance where iso3 = 'ZAF' "
        "and period between 2017 and 2023 order by period",
    )
    assert len(shares) == 7
    assert min(map(float, map(str, shares))) > 0.999


def test_no_pair_of_south_africa_as_exporter_is_ranked(sample: Warehouse) -> None:
    assert column(sample, "select rank from ranked_gaps where exporter_iso3 = 'ZAF'") == []
    pairs, reasons, least_pool, most_pool = one(
        sample,
        "select count(*), list(distinct set_aside_reason), min(pool_usd / years_set_aside), "
        "max(pool_usd / years_set_aside) from set_aside_pairs where exporter_iso3 = 'ZAF' "
        "and importer_iso3 not in ('_X', 'ZAF')",
    )
    assert int(str(pairs)) > 40
    assert reasons == ["exporter_without_partner_split"]
    assert 4.6e9 < float(str(least_pool)) < float(str(most_pool)) < 7.4e9


def test_the_balance_of_south_africa_says_what_partners_report_beyond_its_pool(
    sample: Warehouse,
) -> None:
    years = sample.execute(
        "select period, export_pool_usd, mirrored_export_cif_value_usd, export_beyond_pool_usd, "
        "export_gaps_usd from country_balance where iso3 = 'ZAF' and period between 2017 and 2023 "
        "order by period"
    ).fetchall()
    pools = [row[1] / 1e9 for row in years]
    mirrored = [row[2] / 1e9 for row in years]
    assert (round(min(pools), 1), round(max(pools), 1)) == (4.6, 7.3)
    assert (round(min(mirrored)), round(max(mirrored))) == (13, 26)
    for _, pool, _, beyond, gaps in years:
        assert beyond == pytest.approx(gaps - pool)


def test_kenya_declares_a_tenth_of_what_partners_report(sample: Warehouse) -> None:
    declared, mirrored = one(
        sample,
        "select list(export_world_value_usd / 1e6), list(mirrored_export_cif_value_usd / 1e6) "
        "from country_balance where iso3 = 'KEN' and period between 2017 and 2023",
    )
    assert isinstance(declared, list) and isinstance(mirrored, list)
    assert (round(min(mirrored)), round(max(mirrored))) == (87, 587)
    assert (round(min(declared), 1), round(max(declared), 1)) == (9.7, 33.5)


@pytest.mark.parametrize("exporter", ["SDN", "GIN"])
def test_a_weight_that_is_not_there_is_null(sample: Warehouse, exporter: str) -> None:
    assert one(
        sample,
        "select export_net_weight_kg, export_weight_quality, gap_net_weight_kg from gap_years "
        f"where {UAE_2016} and exporter_iso3 = '{exporter}'",
    ) == (None, "missing", None)


def test_no_weight_anywhere_is_zero(sample: Warehouse) -> None:
    assert one(sample, "select count(*) from stg_records where net_weight_kg = 0") == (0,)


def test_yemen_2016_keeps_its_value_and_not_its_weight(sample: Warehouse) -> None:
    per_kg, quality, gap_kg, value = one(
        sample,
        "select import_value_usd / import_net_weight_kg, import_weight_quality, "
        f"gap_net_weight_kg, import_value_usd from gap_years where {UAE_2016} "
        "and exporter_iso3 = 'YEM'",
    )
    assert round(float(str(per_kg))) == 3_964
    assert (quality, gap_kg) == ("fineness_out_of_range", None)
    assert float(str(value)) > 275e6


def test_kenya_2017_weighs_in_grams(sample: Warehouse) -> None:
    """281,880 "kg" for 8.8 M USD: 31 USD per kg where gold cost 40,000."""
    weight, quality, gap_kg, value = one(
        sample,
        "select export_net_weight_kg, export_weight_quality, gap_net_weight_kg, export_value_usd "
        "from gap_years where period = 2017 and exporter_iso3 = 'KEN' and importer_iso3 = 'ZAF'",
    )
    assert (weight, quality, gap_kg) == (281_880, "unit_error", None)
    assert value == pytest.approx(8_831_633.031)


def test_breakdown_rows_of_2017_are_not_added(sample: Warehouse) -> None:
    """Canada, January 2017: one shipment of 11,299,011.561 USD that the file holds four times."""
    rows, value = one(
        sample,
        "select count(*), any_value(value_usd) from stg_records where frequency = 'M' and "
        "period = 201701 and reporter_iso3 = 'CAN' and partner_iso3 = 'ZAF' and hs_code = '7108'",
    )
    assert (rows, value) == (1, 11_299_011.561)
    assert one(
        sample,
        "select count(*) from stg_rows where fate = 'breakdown' and frequency = 'M' "
        "and period between 201701 and 201712",
    ) == (805,)
    assert one(
        sample,
        "select count(*) from stg_rows where fate = 'breakdown' and period not between 201701 "
        "and 201712",
    ) == (0,)


@pytest.mark.parametrize("importer", ["CAN", "ZAF"])
def test_fob_importers_are_recognised_from_their_rows(sample: Warehouse, importer: str) -> None:
    bases, freight = one(
        sample,
        "select list(distinct import_basis), sum(abs(freight_usd_high)) from gap_years "
        f"where importer_iso3 = '{importer}' and import_value_usd is not null",
    )
    assert (bases, freight) == (["FOB"], 0)


def test_overlapping_files_of_the_sample_are_counted_once(sample: Warehouse) -> None:
    """Kenya's and South Africa's World totals of seven years stand in two files."""
    assert one(sample, "select sum(rows_duplicate) from sources") == (2 * 7,)


def test_every_row_that_was_read_is_accounted_for(sample: Warehouse) -> None:
    """119 + 74 rows of the UAE, 249 + 662 annual, 4,907 monthly, 888 totals."""
    read, used, left_out = one(
        sample,
        "select sum(rows_read), sum(rows_used), sum(rows_breakdown + rows_duplicate) from sources "
        "where source_kind = 'records'",
    )
    assert read == 119 + 74 + 249 + 662 + 4_907 + 888
    assert int(str(used)) + int(str(left_out)) == read


def test_the_waterfall_adds_up_to_the_cent(sample: Warehouse) -> None:
    assert one(
        sample,
        "select count(*) from gap_years where abs(gap_value_usd - freight_usd_mid - quality_usd_mid"
        " - not_assessable_usd_mid - class_swap_usd_mid - timing_usd_mid - unallocated_usd_mid"
        " - reexport_usd_mid - residual_value_usd_mid) > 0.01",
    ) == (0,)


def test_freight_is_measured_on_rows_that_carry_both_values(sample: Warehouse) -> None:
    """A second computation, straight from the records, of the pool's median."""
    expected, count = one(
        sample,
        "select median(cif / fob - 1), count(*) from ("
        "select cif_value_usd as cif, fob_value_usd as fob from int_gold_flows "
        "where flow_code = 'M' and partner_kind <> 'world' and abs(cif_value_usd / value_usd - 1) "
        "<= 0.001) where cif / fob - 1 between 0 and 0.25",
    )
    margin, rows = one(
        sample, "select margin_mid, margin_rows from freight_margins where importer_iso3 = '*'"
    )
    assert margin == pytest.approx(expected)
    assert rows == count
