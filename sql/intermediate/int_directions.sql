-- Assessed pairs summed over the window, once for each direction in which a year of them has a
-- residual, or would have one if trade without a partner or transit did not cover it. Reports and
-- parts are summed over all assessed years; the residual only over the years of the row's
-- direction, and what the other years leave stands in residual_other_direction_usd.
-- One row per exporter, importer and direction.
with pair_years as (
    select * from int_pair_years where is_in_window
),

directions as (
    select
        'undeclared_export' as direction,
        1 as side
    union all
    select
        'undeclared_import' as direction,
        -1 as side
),

-- one year, seen from one direction: the residual counted as a positive amount
seen as (
    select
        directions.direction,
        directions.side,
        pair_years.*,
        if(side = 1, residual_value_usd_low, -residual_value_usd_high) as amount_usd_low,
        if(side = 1, residual_value_usd_mid, -residual_value_usd_mid) as amount_usd_mid,
        if(side = 1, residual_value_usd_high, -residual_value_usd_low) as amount_usd_high,
        if(side = 1, residual_fine_kg_low, -residual_fine_kg_high) as amount_fine_kg_low,
        if(side = 1, residual_fine_kg_mid, -residual_fine_kg_mid) as amount_fine_kg_mid,
        if(side = 1, residual_fine_kg_high, -residual_fine_kg_low) as amount_fine_kg_high
    from pair_years cross join directions
),

summed as (
    select
        direction,
        side,
        exporter_iso3,
        any_value(exporter_name) as exporter_name,
        importer_iso3,
        any_value(importer_name) as importer_name,
        min(year) filter (where is_counted) as first_year,
        max(year) filter (where is_counted) as last_year,
        count(distinct year) filter (where is_counted) as years_assessed,
        count(distinct year) filter (where is_counted and amount_usd_mid > 0) as years_positive,
        count(distinct year) filter (where is_counted and amount_usd_low > 0)
            as years_positive_low,
        sum(export_value_usd order by period) filter (where is_counted) as export_value_usd,
        sum(import_value_usd order by period) filter (where is_counted) as import_value_usd,
        sum(gap_value_usd order by period) filter (where is_counted) as gap_value_usd,
        sum(export_net_weight_kg order by period) filter (
            where is_counted and gap_net_weight_kg is not null
        ) as export_net_weight_kg,
        sum(import_net_weight_kg order by period) filter (
            where is_counted and gap_net_weight_kg is not null
        ) as import_net_weight_kg,
        sum(gap_net_weight_kg order by period) filter (where is_counted) as gap_net_weight_kg,
        sum(freight_usd_mid order by period) filter (where is_counted) as freight_usd,
        sum(quality_usd_mid order by period) filter (where is_counted) as quality_usd,
        sum(not_assessable_usd_mid order by period) filter (where is_counted)
            as not_assessable_usd,
        sum(class_swap_usd_mid order by period) filter (where is_counted) as class_swap_usd,
        sum(timing_usd_mid order by period) filter (where is_counted) as timing_usd,
        sum(unallocated_usd_mid order by period) filter (where is_counted) as unallocated_usd,
        sum(greatest(abs(unallocated_usd_low), abs(unallocated_usd_high)) order by period) filter (
            where is_counted
        ) as unallocated_usd_most,
        -- what trade without a partner takes off the gap of the direction, and all there is of it
        sum(greatest(side * unallocated_usd_mid, 0) order by period) filter (where is_counted)
            as unallocated_usd_taken,
        sum(greatest(side * reexport_usd_mid, 0) order by period) filter (where is_counted)
            as reexport_usd_taken,
        sum(if(side = 1, exporter_pool_usd, importer_pool_usd) order by period) filter (
            where is_counted and side * unallocated_usd_mid > 0
        ) as own_pool_usd,
        sum(freight_usd_high - freight_usd_mid order by period) filter (where is_counted)
            as freight_usd_more,
        sum(reexport_usd_mid order by period) filter (where is_counted) as reexport_usd,
        sum(residual_value_usd_mid order by period) filter (
            where is_counted and amount_usd_mid < 0
        ) as residual_other_direction_usd,
        sum(greatest(amount_usd_low, 0) order by period) filter (where is_counted)
            as amount_usd_low,
        sum(greatest(amount_usd_mid, 0) order by period) filter (where is_counted)
            as amount_usd_mid,
        sum(greatest(amount_usd_high, 0) order by period) filter (where is_counted)
            as amount_usd_high,
        sum(greatest(amount_fine_kg_low, 0) order by period) filter (where is_counted)
            as amount_fine_kg_low,
        sum(greatest(amount_fine_kg_mid, 0) order by period) filter (where is_counted)
            as amount_fine_kg_mid,
        sum(greatest(amount_fine_kg_high, 0) order by period) filter (where is_counted)
            as amount_fine_kg_high,
        sum(mean_of_reports_fine_kg order by period) filter (where is_counted)
            as mean_of_reports_fine_kg,
        -- support weighed by the amounts it supports; null where less than half of them has one
        case
            when
                2 * sum(amount_usd_mid) filter (
                    where is_counted and amount_usd_mid > 0 and support is not null
                )
                >= sum(amount_usd_mid) filter (where is_counted and amount_usd_mid > 0)
                then
                    sum(support * amount_usd_mid order by period) filter (
                        where is_counted and amount_usd_mid > 0
                    )
                    / sum(amount_usd_mid order by period) filter (
                        where is_counted and amount_usd_mid > 0 and support is not null
                    )
        end as support,
        bool_or(is_weight_gap_agreeing) filter (where is_counted and amount_usd_mid > 0)
            as has_agreeing_weights,
        bool_and(is_weight_gap_agreeing) filter (
            where is_counted and amount_usd_mid > 0 and is_weight_gap_agreeing is not null
        ) as is_every_weight_agreeing,
        coalesce(bool_or(is_exporter_silent) filter (where is_counted), false)
            as is_exporter_silent,
        coalesce(bool_or(has_unit_error) filter (where is_counted), false) as has_unit_error,
        coalesce(bool_or(has_estimated_weight) filter (where is_counted), false)
            as has_estimated_weight,
        coalesce(bool_or(has_fineness_out_of_range) filter (where is_counted), false)
            as has_fineness_out_of_range,
        coalesce(bool_or(is_under_priced) filter (where is_counted and amount_usd_mid > 0), false)
            as is_under_priced,
        coalesce(bool_or(is_valued_low) filter (where is_counted and amount_usd_mid > 0), false)
            as is_valued_low,
        sum(import_net_weight_kg - export_net_weight_kg order by period) filter (
            where is_counted and is_valued_low
        ) as gap_of_declared_weights_kg,
        coalesce(bool_or(is_jump) filter (where is_counted), false) as is_jump,
        coalesce(bool_or(is_round_trip) filter (where is_counted), false) as is_round_trip,
        coalesce(bool_or(is_exporter_hub) filter (where is_counted and amount_usd_mid > 0), false)
            as is_exporter_hub,
        coalesce(bool_or(is_importer_hub) filter (where is_counted and amount_usd_mid > 0), false)
            as is_importer_hub,
        coalesce(
            bool_or(is_transit_unbounded) filter (where is_counted and amount_usd_mid > 0), false
        ) as is_transit_unbounded,
        -- what these could explain beyond their best estimate, in the years of the direction
        sum(
            if(
                side = 1,
                reexport_usd_high - reexport_usd_mid,
                reexport_usd_mid - reexport_usd_low
            ) order by period
        ) filter (where is_counted and amount_usd_mid > 0) as reexport_usd_more,
        sum(
            if(side = 1, timing_usd_high - timing_usd_mid, timing_usd_mid - timing_usd_low)
            order by period
        ) filter (where is_counted and amount_usd_mid > 0) as timing_usd_more,
        coalesce(
            bool_or(is_above_production) filter (where is_counted and amount_usd_mid > 0), false
        ) as is_above_production,
        max(production_multiple) filter (where is_counted and amount_usd_mid > 0)
            as production_multiple,
        bool_or(
            if(side = 1, exporter_pool_usd, importer_pool_usd) is null
        ) filter (where is_counted and amount_usd_mid > 0) as is_pool_unknown,
        coalesce(
            bool_or(if(side = 1, export_value_usd, import_value_usd) is null) filter (
                where is_counted and amount_usd_mid > 0
            ),
            false
        ) as is_one_side_missing,
        sum(abs(after_freight) order by period) filter (
            where not is_assessed and set_aside_reason is null
        ) as years_not_assessable_usd,
        sum(abs(after_freight) order by period) filter (where set_aside_reason is null)
            as all_years_usd
    from seen
    group by direction, side, exporter_iso3, importer_iso3
)

select * from summed
where
    amount_usd_mid > 0
    or (unallocated_usd_taken > 0 and amount_usd_high > 0)
    or reexport_usd_taken > 0
