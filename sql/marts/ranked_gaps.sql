-- The ranking: what is left of the gap between two countries' reports after innocent bookkeeping,
-- by how probable it is that a material amount is left, and how much of the trade it is at least.
-- One row per exporter, importer and direction.
with keys as (select * from int_keys),

floors as (select * from int_noise_floors),

previous as (select * from raw_previous_ranking),

parameters as (select * from stg_parameters),

ranked as (
    select
        keys.*,
        row_number() over (
            partition by keys.direction
            order by
                keys.ranking_key desc,
                keys.amount_fine_kg_low desc,
                keys.amount_fine_kg_mid desc,
                keys.exporter_iso3 asc,
                keys.importer_iso3 asc
        ) as rank,
        floors.noise_floor_key
    from keys
    left join floors on keys.direction = floors.direction
),

signed as (
    select
        ranked.*,
        least(rank, coalesce(draw_rank_low, rank)) as rank_low,
        greatest(rank, coalesce(draw_rank_high, rank)) as rank_high,
        amount_fine_kg_low > ranked.material_fine_kg and ranking_key > coalesce(noise_floor_key, 0)
            as above_noise_floor,
        probability_material >= parameters.probability_high as is_probable,
        coalesce(years_not_assessable_usd, 0) > 0.5 * all_years_usd as is_mostly_not_assessable,
        years_positive_low >= parameters.persistent_years as is_persistent,
        coalesce(has_agreeing_weights and is_every_weight_agreeing, false) as is_agreeing,
        coalesce(support >= parameters.support_high, false) as is_supported,
        coalesce(support < parameters.support_high, false) as is_weakly_supported,
        coalesce(support < parameters.support_low, false) as is_contradicted,
        parameters.explanation_share
    from ranked
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
                + cast(is_supported as integer) + cast(is_probable as integer)
                + cast(is_persistent as integer) < 4
                then 'C'
            when
                not is_one_side_missing and is_agreeing and is_supported and is_probable
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
            case when is_exporter_hub then 'exporter_is_hub' end,
            case when is_importer_hub then 'importer_is_hub' end,
            case when is_transit_unbounded then 'transit_unbounded' end,
            case when is_round_trip then 'round_trip' end,
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
                and gap_of_declared_weights_kg < explanation_share * amount_fine_kg_mid
                then
                    'the exporter books the gold at a low value: by the weights that both declare '
                    || if(
                        gap_of_declared_weights_kg > 0,
                        'the gap is ' || format('{:,.0f}', gap_of_declared_weights_kg) || ' kg',
                        'nothing is missing'
                    )
            when is_transit_unbounded and direction = 'undeclared_export'
                then
                    'gold of other origin passing through the exporter, a hub: it declares exports '
                    || 'far above its mine production, and its imports by partner are not at hand'
            when is_transit_unbounded
                then
                    'gold passing through the importer, a hub whose exports by partner are not at '
                    || 'hand'
            when reexport_usd_more > explanation_share * amount_usd_mid
                then 'gold that one side credits to a place of transit and the other does not'
            when is_above_production and direction = 'undeclared_export'
                then
                    'gold of other origin passing through the exporter: its partners report '
                    || coalesce(
                        'up to ' || format('{:.1f}', production_multiple)
                        || ' times its mine production and known imports',
                        'gold from it although neither mine production nor imports are known'
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
            when timing_usd_more > explanation_share * amount_usd_mid
                then 'gold booked late, in the year after the one in which it left'
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
    graded.amount_fine_kg_low as at_least_fine_kg,
    graded.material_fine_kg,
    graded.probability_material,
    graded.ranking_key,
    graded.noise_floor_key,
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
