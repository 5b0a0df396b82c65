-- The ranking: what is left of the gap between two countries' reports after innocent bookkeeping,
-- by the least amount of fine gold that the years of the window add up to.
-- One row per exporter, importer and direction.
with directions as (select * from int_directions),

previous as (select * from raw_previous_ranking),

parameters as (select * from stg_parameters),

ranked as (
    select
        directions.*,
        row_number() over (
            partition by direction
            order by
                amount_fine_kg_low desc,
                amount_fine_kg_mid desc,
                exporter_iso3 asc,
                importer_iso3 asc
        ) as rank
    from directions
),

-- best place: all others at their low; worst place: all others at their high
banded as (
    select
        ranked.direction,
        ranked.exporter_iso3,
        ranked.importer_iso3,
        1 + count(*) filter (
            where others.rank <> ranked.rank
            and others.amount_fine_kg_low > ranked.amount_fine_kg_high
        ) as rank_low,
        1 + count(*) filter (
            where others.rank <> ranked.rank
            and others.amount_fine_kg_high >= ranked.amount_fine_kg_low
        ) as rank_high
    from ranked
    inner join ranked as others on ranked.direction = others.direction
    group by ranked.direction, ranked.exporter_iso3, ranked.importer_iso3
),

signed as (
    select
        ranked.*,
        banded.rank_low,
        banded.rank_high,
        amount_fine_kg_low > greatest(
            parameters.material_fine_kg, parameters.material_share * mean_of_reports_fine_kg
        ) as above_noise_floor,
        coalesce(years_not_assessable_usd, 0) > 0.5 * all_years_usd as is_mostly_not_assessable,
        years_positive_low >= parameters.persistent_years as is_persistent,
        coalesce(has_agreeing_weights and is_every_weight_agreeing, false) as is_agreeing,
        coalesce(support >= parameters.support_high, false) as is_supported,
        coalesce(support < parameters.support_high, false) as is_weakly_supported,
        coalesce(support < parameters.support_low, false) as is_contradicted,
        parameters.explanation_share
    from ranked
    inner join banded using (direction, exporter_iso3, importer_iso3)
    cross join parameters
),

graded as (
    select
        *,
        case
            when is_mostly_not_assessable then 'D'
            when
                is_exporter_silent or is_weakly_supported
                or cast(not is_one_side_missing as integer) + cast(is_agreeing as integer)
                + cast(is_supported as integer) + cast(above_noise_floor as integer)
                + cast(is_persistent as integer) < 4
                then 'C'
            when
                not is_one_side_missing and is_agreeing and is_supported and above_noise_floor
                and is_persistent
                and not is_above_production
                and not is_valued_low
                then 'A'
            else 'B'
        end as grade,
        concat_ws(
            ';',
            case when is_persistent then 'persistent' end,
            case when is_exporter_silent then 'silent_exporter' end,
            case when is_one_side_missing then 'one_side_declares_nothing' end,
            case when is_supported then 'balance_supports' end,
            case
                when is_weakly_supported and not is_contradicted then 'balance_supports_partly'
            end,
            case when is_contradicted then 'balance_does_not_support' end,
            case when support is null then 'balance_unknown' end,
            case when is_agreeing then 'measures_agree' end,
            case when is_under_priced then 'under_priced' end,
            case when is_valued_low then 'exporter_values_low' end,
            case when is_above_production then 'exports_above_production' end,
            case when is_jump then 'jump' end,
            case when has_estimated_weight then 'estimated_weight' end,
            case when has_unit_error then 'unit_error' end,
            case when has_fineness_out_of_range then 'fineness_out_of_range' end,
            case when is_pool_unknown then 'unallocated_unknown' end,
            case when is_mostly_not_assessable then 'mostly_not_assessable' end
        ) as flags,
        case
            when
                is_valued_low and direction = 'undeclared_export'
                and not is_agreeing
                then
                    'the exporter books the gold at a low value: by the weights that both declare '
                    || 'the gap is ' || format('{:,.0f}', gap_of_declared_weights_kg) || ' kg'
            when is_above_production and direction = 'undeclared_export'
                then
                    'gold of other origin passing through the exporter: its partners report '
                    || coalesce(
                        'up to ' || format('{:.1f}', production_multiple)
                        || ' times its mine production',
                        'gold from it although no mine production is on record'
                    )
            when unallocated_usd_most > explanation_share * amount_usd_mid
                then
                    if(
                        direction = 'undeclared_export',
                        'trade that the exporter books without a partner',
                        'trade that the importer books without a partner'
                    )
            when freight_usd_more > explanation_share * amount_usd_mid
                then 'freight and insurance above the measured margin'
            when is_one_side_missing
                then
                    if(
                        direction = 'undeclared_export',
                        'the exporter credits another partner, such as a place of transit',
                        'the importer credits another partner, such as the country of origin'
                    )
            else 'goods booked in another year, class or under another partner'
        end as main_other_explanation
    from signed
)

select
    graded.rank,
    graded.direction,
    graded.exporter_iso3,
    graded.exporter_name,
    graded.importer_iso3,
    graded.importer_name,
    graded.first_year,
    graded.last_year,
    graded.years_assessed,
    graded.years_positive,
    graded.export_value_usd,
    graded.import_value_usd,
    graded.gap_value_usd,
    graded.export_net_weight_kg,
    graded.import_net_weight_kg,
    graded.gap_net_weight_kg,
    graded.freight_usd,
    graded.quality_usd,
    graded.not_assessable_usd,
    graded.class_swap_usd,
    graded.timing_usd,
    graded.unallocated_usd,
    graded.reexport_usd,
    if(graded.side = 1, graded.amount_usd_low, -graded.amount_usd_high) as residual_value_usd_low,
    graded.side * graded.amount_usd_mid as residual_value_usd_mid,
    if(graded.side = 1, graded.amount_usd_high, -graded.amount_usd_low)
        as residual_value_usd_high,
    coalesce(graded.residual_other_direction_usd, 0) as residual_other_direction_usd,
    if(graded.side = 1, graded.amount_fine_kg_low, -graded.amount_fine_kg_high)
        as residual_fine_kg_low,
    graded.side * graded.amount_fine_kg_mid as residual_fine_kg_mid,
    if(graded.side = 1, graded.amount_fine_kg_high, -graded.amount_fine_kg_low)
        as residual_fine_kg_high,
    graded.amount_fine_kg_low as ranking_key_fine_kg,
    graded.rank_low,
    graded.rank_high,
    graded.above_noise_floor,
    graded.grade,
    graded.flags,
    graded.main_other_explanation,
    previous.rank as rank_previous_edition
from graded
left join previous
    on
        graded.direction = previous.direction
        and graded.exporter_iso3 = previous.exporter_iso3
        and graded.importer_iso3 = previous.importer_iso3
order by graded.direction, graded.rank
