"""Figures that were published elsewhere, or counted by hand in the source files, must come out."""

import duckdb
import numpy as np
import pytest
from scipy.optimize import minimize

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


@pytest.mark.parametrize("hub", ["CHE", "ARE", "HKG", "SGP", "GBR", "IND", "TUR", "UGA"])
def test_hubs_of_the_sample_are_hubs_in_every_year_with_exports(
    sample: Warehouse, hub: str
) -> None:
    """Their exports are many times their mines; of their imports some partners are at hand."""
    roles = column(
        sample,
        f"select country_role from country_balance where iso3 = '{hub}' "
        "and (export_world_value_usd > 0 or export_named_value_usd > 0)",
    )
    assert len(roles) >= 7 and set(roles) == {"hub"}


@pytest.mark.parametrize("producer", ["KEN", "ZAF"])
def test_producers_of_the_sample_are_no_hubs(sample: Warehouse, producer: str) -> None:
    """South Africa mines 137 t in 2017 and exports 123; Kenya declares less than it mines."""
    roles = column(sample, f"select country_role from country_balance where iso3 = '{producer}'")
    assert len(roles) >= 7 and "hub" not in roles


def test_no_role_of_the_sample_leaves_most_exports_without_an_origin(sample: Warehouse) -> None:
    assert one(
        sample,
        "select count(*) from country_balance where country_role in ('producer', 'other') "
        "and greatest(export_world_fine_kg, mirrored_export_fine_kg) "
        "> 2 * (coalesce(production_kg, 0) + coalesce(import_world_fine_kg, 0))",
    ) == (0,)


def ranked(sample: Warehouse, exporter: str, what: str) -> tuple[object, ...]:
    return one(
        sample,
        f"select {what} from ranked_gaps where direction = 'undeclared_export' "
        f"and exporter_iso3 = '{exporter}' and importer_iso3 = 'ARE'",
    )


@pytest.mark.parametrize("exporter", ["MLI", "TZA", "CMR", "BEN", "NER"])
def test_known_routes_to_the_uae_stand_high_and_one_year_is_not_sure(
    sample: Warehouse, exporter: str
) -> None:
    """Exporters that declare less than a sixth of what the UAE does, in the one year there is."""
    rank, tier, chance, least, missing, material = ranked(
        sample,
        exporter,
        "rank, tier, probability_material, at_least_fine_kg, missing_fine_kg, material_fine_kg",
    )
    assert int(str(rank)) <= 10
    assert (tier, least) == (3, 0)
    assert 0.5 <= float(str(chance)) < 0.95
    assert float(str(missing)) > 10 * float(str(material))


def test_what_togo_values_low_is_no_gold(sample: Warehouse) -> None:
    """17.5 against 409.4 M USD, but 9,149 kg against 10,919: weights that agree."""
    quality, missing = ranked(sample, "TGO", "quality_usd, missing_fine_kg")
    assert float(str(quality)) > 300e6
    assert float(str(missing)) < 1_770


@pytest.mark.parametrize("exporter", ["IND", "TUR", "CHE", "LBY"])
def test_gaps_of_hubs_stand_apart_and_nothing_is_sure_of_them(
    sample: Warehouse, exporter: str
) -> None:
    chance, least = one(
        sample,
        "select probability_material, at_least_fine_kg from gaps_of_hubs "
        f"where exporter_iso3 = '{exporter}' and importer_iso3 = 'ARE'",
    )
    assert float(str(chance)) < 0.5 and least == 0
    assert one(
        sample, f"select count(*) from ranked_gaps where exporter_iso3 = '{exporter}' "
        "and direction = 'undeclared_export'",
    ) == (0,)  # fmt: skip
    assert one(
        sample,
        f"select country_role from country_balance where period = 2016 and iso3 = '{exporter}'",
    ) == ("hub",)


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


def test_the_balance_of_south_africa_says_so_in_words(sample: Warehouse) -> None:
    """Pool and gaps from the pairs: what importers report, freed of freight, is its gaps."""
    readings = sample.execute(
        "select balance_reading, gaps, pool from country_balance inner join ("
        "select period, sum(greatest(coalesce(import_fob_value_usd, 0) "
        "- coalesce(export_value_usd, 0), 0)) / 1e6 as gaps, "
        "any_value(exporter_pool_usd) / 1e6 as pool "
        "from int_pair_years where exporter_iso3 = 'ZAF' group by period) using (period) "
        "where iso3 = 'ZAF' and period between 2017 and 2023 order by period"
    ).fetchall()
    assert len(readings) == 7
    for reading, gaps, pool in readings:
        assert f"of gaps of {gaps:,.1f} M USD" in reading
        assert f"these {pool:,.1f} M USD can explain all but {gaps - pool:,.1f} M USD" in reading
    others = "select count(*) from country_balance where balance_reading is not null"
    assert one(sample, f"{others} and iso3 <> 'ZAF'") == (0,)


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
    """Kenya's and South Africa's World totals of seven years stand in two files, and so does what
    the Emirates imported from Colombia in 2016.
    """
    assert one(sample, "select sum(rows_duplicate) from sources") == (2 * 7 + 1,)


def test_rows_that_state_no_edition_yield_to_those_that_do(sample: Warehouse) -> None:
    """World totals of Colombia (7 years), DR Congo (5), Uganda (5) and Zimbabwe (7), and what the
    Emirates imported from DR Congo in 2016, of which one file has no weight.
    """
    assert one(sample, "select sum(rows_other_hs_edition) from sources") == (7 + 5 + 5 + 7 + 1,)
    assert one(
        sample,
        "select import_value_usd, import_net_weight_kg from gap_years "
        f"where {UAE_2016} and exporter_iso3 = 'COD'",
    ) == (20_436_117.865, 619.7)


def test_every_row_that_was_read_is_accounted_for(sample: Warehouse) -> None:
    """119 + 74 rows of the UAE, 249 + 662 annual, 4,907 monthly, 888 totals, 292 of Colombia,
    135 of DR Congo, 117 of Uganda and Zimbabwe.
    """
    read, used, left_out = one(
        sample,
        "select sum(rows_read), sum(rows_used), sum(rows_breakdown + rows_duplicate "
        "+ rows_other_hs_edition) from sources "
        "where source_kind = 'records'",
    )
    assert read == 119 + 74 + 249 + 662 + 4_907 + 888 + 292 + 135 + 117
    assert int(str(used)) + int(str(left_out)) == read


def test_the_waterfall_adds_up_to_the_cent(sample: Warehouse) -> None:
    assert one(
        sample,
        "select count(*) from gap_years where abs(gap_value_usd - freight_usd_mid - quality_usd_mid"
        " - not_assessable_usd_mid - class_swap_usd_mid - timing_usd_mid - unallocated_usd_mid"
        " - reexport_usd_mid - residual_value_usd_mid) > 0.01",
    ) == (0,)


def test_freight_is_measured_on_flows_that_carry_both_values(sample: Warehouse) -> None:
    """A second computation, straight from the records: the whole covariance of the flows, importers
    as random effects, its likelihood searched freely."""
    flows = sample.execute(
        "with said as (select reporter_iso3, partner_iso3, frequency, if(frequency = 'A', period, "
        "period // 100) as year, cif_value_usd as cif, fob_value_usd as fob from int_gold_flows "
        "where flow_code = 'M' and partner_kind <> 'world' and abs(cif / value_usd - 1) <= 0.001 "
        "and cif > fob and cif <= 1.25 * fob) select reporter_iso3, ln(sum(cif) / 1e6), "
        "ln(greatest(sum(cif) / sum(fob) - 1, 1e-4)) from said s where frequency = 'A' or not "
        "exists (select 1 from said a where a.frequency = 'A' and a.year = s.year and "
        "a.reporter_iso3 = s.reporter_iso3 and a.partner_iso3 = s.partner_iso3) "
        "group by reporter_iso3, partner_iso3, year"
    ).fetchall()
    names = sorted({importer for importer, _, _ in flows})
    same = np.array([[one[0] == other[0] for one in flows] for other in flows], float)
    design = np.array([[1.0, min(max(value, np.log(1e-3)), np.log(1e4))] for _, value, _ in flows])
    said = np.array([margin for _, _, margin in flows])
    usual = (np.log(0.1 / 0.0003) / 2 / 1.6448536) ** 2 / 2  # between and within importers alike

    def solved(logs: np.ndarray) -> tuple[np.ndarray, float]:
        between, within = np.exp(logs)
        inverse = np.linalg.inv(within * np.eye(len(flows)) + between * same)
        known = design.T @ inverse @ design
        line = np.linalg.solve(known, design.T @ inverse @ said)
        left = said - design @ line
        sizes = np.linalg.slogdet(known)[1] - np.linalg.slogdet(inverse)[1]
        expected = 10 * (np.log(within) + usual / within) + np.log(between / within) ** 2
        return line, float(left @ inverse @ left + sizes + expected)

    best = minimize(lambda logs: solved(logs)[1], np.log([usual, usual]), method="Nelder-Mead").x
    (level, slope), (between, within) = solved(best)[0], np.exp(best)
    share = (len(names) - 1) / (len(names) + 4)
    level, slope = (share * own + (1 - share) * given
                    for own, given in ((level, np.log(0.0055)), (slope, -0.27)))  # fmt: skip
    both = share * (between + within) + (1 - share) * 2 * usual
    typical, low, mid, high, count = one(
        sample,
        "select typical_value_usd, margin_low, margin_mid, margin_high, margin_rows "
        "from freight_margins where importer_iso3 = '*'",
    )
    centre = level + slope * np.log(float(str(typical)) / 1e6)
    assert mid == pytest.approx(np.exp(centre), rel=0.02)
    ends = [np.exp(centre + 1.645 * side * both**0.5) for side in (-1, 1)]
    assert [low, high] == pytest.approx(ends, rel=0.05)
    assert count == len(flows)


def test_a_larger_flow_pays_a_smaller_share_for_freight(sample: Warehouse) -> None:
    """Medians by hand from the rows with both values: 3.7 % below 10 k USD, 1.0 % from 0.01 to 1 M,
    0.11 to 0.13 % above; summed by value 0.26 % in Australia and 1.7 % in Türkiye."""
    fitted = dict(
        sample.execute(
            "select case when import_value_usd < 1e4 then 'small' when import_value_usd < 1e6 then "
            "'middle' when import_value_usd >= 1e8 then 'large' end, 100 * median(margin_mid) from "
            "int_pair_margins where margin_rows = 0 group by all"
        ).fetchall()
    )
    assert 2.2 < fitted["small"] < 4.5
    assert 0.6 < fitted["middle"] < 1.5
    assert 0.05 < fitted["large"] < 0.16
    measured = dict(
        sample.execute(
            "select importer_iso3, 100 * measured_margin from freight_margins"
        ).fetchall()
    )
    assert measured["AUS"] == pytest.approx(0.26, abs=0.005)
    assert measured["TUR"] == pytest.approx(1.71, abs=0.005)


def test_freight_cannot_touch_flows_of_billions(sample: Warehouse) -> None:
    """With one margin for every size freight was a tenth of all CIF imports at the most."""
    most, bought = one(
        sample,
        "select sum(freight_usd_high) / 1e9, sum(import_value_usd) / 1e9 from gap_years "
        "where import_basis = 'CIF'",
    )
    assert float(str(most)) < 0.015 * float(str(bought))
    assert column(
        sample,
        "select main_other_explanation from ranked_gaps where import_value_usd > 1e9 "
        "and main_other_explanation like 'freight%'",
    ) == []  # fmt: skip
