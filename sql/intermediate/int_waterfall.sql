-- Every raw gap split into what bookkeeping can explain and what is left: freight, quality, not
-- assessable, class swap, timing, unallocated partner, re-export, residual. Each part is signed
-- like the gap it explains and capped by what the parts before it left; low <= mid <= high as
-- numbers. Class swap, timing and re-export stand at zero: no explanation is claimed for them.
-- One row per frequency, period, exporter and importer.
with measures as (select * from int_measures),

controls as (select * from int_controls),

with_pools as (
    select
        measures.*,
        exporters.pool_usd as exporter_pool_usd,
        exporters.pool_share as exporter_pool_share,
        importers.pool_usd as importer_pool_usd,
        importers.pool_share as importer_pool_share,
        coalesce(import_value_usd, 0) - coalesce(export_value_usd, 0) as gap_value_usd
    from measures
    left join controls as exporters
        on
            measures.frequency = exporters.frequency
            and measures.period = exporters.period
            and measures.exporter_iso3 = exporters.reporter_iso3
            and exporters.flow_code = 'X'
    left join controls as importers
        on
            measures.frequency = importers.frequency
            and measures.period = importers.period
            and measures.importer_iso3 = importers.reporter_iso3
            and importers.flow_code = 'M'
),

freed as (
    select
        *,
        coalesce(import_value_usd - import_fob_value_usd_high, 0) as freight_usd_low,
        coalesce(import_value_usd - import_fob_value_usd, 0) as freight_usd_mid,
        coalesce(import_value_usd - import_fob_value_usd_low, 0) as freight_usd_high,
        coalesce(import_fob_value_usd_low, 0) - coalesce(export_value_usd, 0) as after_freight_low,
        coalesce(import_fob_value_usd, 0) - coalesce(export_value_usd, 0) as after_freight,
        coalesce(import_fob_value_usd_high, 0) - coalesce(export_value_usd, 0)
            as after_freight_high
    from with_pools
),

cleaned as (
    select
        *,
        if(has_value_error, after_freight, 0) as quality_usd,
        if(has_value_error, 0, after_freight_low) as after_quality_low,
        if(has_value_error, 0, after_freight) as after_quality,
        if(has_value_error, 0, after_freight_high) as after_quality_high
    from freed
),

-- what the side that should have declared more keeps back from its subheadings
suppressed as (
    select
        *,
        case
            when after_quality > 0 then export_suppressed_usd else import_suppressed_usd
        end as suppressed_usd
    from cleaned
),

assessed as (
    select
        *,
        case
            when is_assessed
                then sign(after_quality) * least(abs(after_quality), suppressed_usd)
            else after_quality
        end as not_assessable_usd,
        case
            when is_assessed
                then greatest(after_quality_low - suppressed_usd, least(after_quality_low, 0))
            else 0
        end as after_assessable_low,
        case
            when is_assessed
                then
                    after_quality
                    - sign(after_quality) * least(abs(after_quality), suppressed_usd)
            else 0
        end as after_assessable,
        case
            when is_assessed
                then least(after_quality_high + suppressed_usd, greatest(after_quality_high, 0))
            else 0
        end as after_assessable_high
    from suppressed
),

gaps_of_sides as (
    select
        *,
        sum(greatest(after_assessable, 0)) over (
            partition by frequency, period, exporter_iso3
            order by importer_iso3 rows between unbounded preceding and unbounded following
        ) as exporter_gaps_usd,
        sum(greatest(-after_assessable, 0)) over (
            partition by frequency, period, importer_iso3
            order by exporter_iso3 rows between unbounded preceding and unbounded following
        ) as importer_gaps_usd
    from assessed
),

-- a pool is spread over the gaps it can explain in proportion to them, and never twice
allocated as (
    select
        *,
        case
            when after_assessable > 0
                then
                    after_assessable
                    * least(1, coalesce(exporter_pool_usd, 0) / exporter_gaps_usd)
            when after_assessable < 0
                then
                    after_assessable
                    * least(1, coalesce(importer_pool_usd, 0) / importer_gaps_usd)
            else 0
        end as unallocated_usd_mid,
        case
            when after_assessable_low > 0
                then after_assessable_low - least(
                    after_assessable_low, coalesce(exporter_pool_usd, 0)
                )
            else after_assessable_low
        end as residual_value_usd_low,
        case
            when after_assessable_high < 0
                then after_assessable_high + least(
                    -after_assessable_high, coalesce(importer_pool_usd, 0)
                )
            else after_assessable_high
        end as residual_value_usd_high,
        case
            when after_assessable > 0
                then least(after_assessable, coalesce(exporter_pool_usd, 0))
            else 0
        end as unallocated_usd_high,
        case
            when after_assessable < 0
                then -least(-after_assessable, coalesce(importer_pool_usd, 0))
            else 0
        end as unallocated_usd_low
    from gaps_of_sides
),

parted as (
    select
        *,
        quality_usd as quality_usd_low,
        quality_usd as quality_usd_mid,
        quality_usd as quality_usd_high,
        not_assessable_usd as not_assessable_usd_low,
        not_assessable_usd as not_assessable_usd_mid,
        not_assessable_usd as not_assessable_usd_high,
        cast(0 as double) as class_swap_usd_low,
        cast(0 as double) as class_swap_usd_mid,
        cast(0 as double) as class_swap_usd_high,
        cast(0 as double) as timing_usd_low,
        cast(0 as double) as timing_usd_mid,
        cast(0 as double) as timing_usd_high,
        cast(0 as double) as reexport_usd_low,
        cast(0 as double) as reexport_usd_mid,
        cast(0 as double) as reexport_usd_high,
        after_assessable - unallocated_usd_mid as residual_unrounded_usd
    from allocated
),

-- less than half a cent is a remainder of arithmetic, not gold
settled as (
    select
        * exclude (residual_unrounded_usd),
        if(abs(residual_unrounded_usd) < 0.005, 0, residual_unrounded_usd)
            as residual_value_usd_mid
    from parted
),

bounded as (
    select
        * replace (
            least(residual_value_usd_low, residual_value_usd_mid) as residual_value_usd_low,
            greatest(residual_value_usd_high, residual_value_usd_mid) as residual_value_usd_high
        )
    from settled
),

in_fine_gold as (
    select
        *,
        gap_value_usd / gold_price_usd_per_kg as gap_fine_kg,
        freight_usd_mid / gold_price_usd_per_kg as freight_fine_kg,
        quality_usd_mid / gold_price_usd_per_kg as quality_fine_kg,
        not_assessable_usd_mid / gold_price_usd_per_kg as not_assessable_fine_kg,
        class_swap_usd_mid / gold_price_usd_per_kg as class_swap_fine_kg,
        timing_usd_mid / gold_price_usd_per_kg as timing_fine_kg,
        unallocated_usd_mid / gold_price_usd_per_kg as unallocated_fine_kg,
        reexport_usd_mid / gold_price_usd_per_kg as reexport_fine_kg,
        residual_value_usd_low / if(
            residual_value_usd_low > 0, gold_price_usd_per_kg_high, gold_price_usd_per_kg_low
        ) as residual_fine_kg_low,
        residual_value_usd_mid / gold_price_usd_per_kg as residual_fine_kg_mid,
        residual_value_usd_high / if(
            residual_value_usd_high > 0, gold_price_usd_per_kg_low, gold_price_usd_per_kg_high
        ) as residual_fine_kg_high
    from bounded
)

select * from in_fine_gold
