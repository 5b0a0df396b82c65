-- Every raw gap split into what bookkeeping can explain and what is left: freight, quality, not
-- assessable, class swap, timing, unallocated partner, re-export, residual. Each part is signed
-- like the gap it explains and capped by what the parts before it left; low <= mid <= high as
-- numbers.
-- One row per period, exporter and importer of the published frequency.
with gaps as (select * from int_gaps),

parts as (select * from int_parts),

joined as (
    select
        gaps.*,
        parts.* exclude (
            frequency, period, exporter_iso3, importer_iso3, residual_fine_kg_low,
            residual_fine_kg_high
        ),
        parts.residual_fine_kg_low as drawn_fine_kg_low,
        parts.residual_fine_kg_high as drawn_fine_kg_high,
        coalesce(gaps.import_value_usd - gaps.import_fob_value_usd_high, 0) as freight_usd_low,
        coalesce(gaps.import_value_usd - gaps.import_fob_value_usd, 0) as freight_usd_mid,
        coalesce(gaps.import_value_usd - gaps.import_fob_value_usd_low, 0) as freight_usd_high,
        coalesce(gaps.import_fob_value_usd, 0) - coalesce(gaps.export_value_usd, 0)
            as after_freight
    from gaps
    inner join parts
        on
            gaps.frequency = parts.frequency
            and gaps.period = parts.period
            and gaps.exporter_iso3 = parts.exporter_iso3
            and gaps.importer_iso3 = parts.importer_iso3
),

in_fine_gold as (
    select
        * exclude (drawn_fine_kg_low, drawn_fine_kg_high),
        gap_value_usd / gold_price_usd_per_kg as gap_fine_kg,
        freight_usd_mid / gold_price_usd_per_kg as freight_fine_kg,
        quality_usd_mid / gold_price_usd_per_kg as quality_fine_kg,
        not_assessable_usd_mid / gold_price_usd_per_kg as not_assessable_fine_kg,
        class_swap_usd_mid / gold_price_usd_per_kg as class_swap_fine_kg,
        timing_usd_mid / gold_price_usd_per_kg as timing_fine_kg,
        unallocated_usd_mid / gold_price_usd_per_kg as unallocated_fine_kg,
        reexport_usd_mid / gold_price_usd_per_kg as reexport_fine_kg,
        least(drawn_fine_kg_low, residual_value_usd_mid / gold_price_usd_per_kg)
            as residual_fine_kg_low,
        residual_value_usd_mid / gold_price_usd_per_kg as residual_fine_kg_mid,
        greatest(drawn_fine_kg_high, residual_value_usd_mid / gold_price_usd_per_kg)
            as residual_fine_kg_high
    from joined
)

select * from in_fine_gold
