-- The ranking: where the most gold is missing for sure, through the tiers of evidence and inside
-- them by kg. Gaps of hubs as exporters stand in gaps_of_hubs.
-- One row per exporter, importer and direction.
with keys as (select * from int_ranking_keys where not is_hub_exporter),

floors as (select * from int_noise_floors),

areas as (select * from int_unallocated_areas),

previous as (select * from raw_previous_ranking),

replies as (select * from int_country_replies),

parameters as (select * from stg_parameters),

ranked as (
    select
        keys.*,
        floors.noise_floor_fine_kg,
        areas.unallocated_area_name
    from keys
    left join floors using (direction)
    left join areas
        on
            if(keys.side = 1, keys.exporter_iso3, keys.importer_iso3) = areas.reporter_iso3
            and if(keys.side = 1, 'X', 'M') = areas.flow_code
),

signed as (
    select
        ranked.*,
        coalesce(draw_rank_low, rank) as rank_low,
        coalesce(draw_rank_high, rank) as rank_high,
        missing_fine_kg > noise_floor_fine_kg as above_noise_floor,
        probability_material >= parameters.probability_high as is_probable,
        coalesce(years_not_assessable_usd, 0) > 0.5 * all_years_usd as is_mostly_not_assessable,
        years_positive_low >= parameters.persistent_years as is_persistent,
        coalesce(has_agreeing_weights and is_every_weight_agreeing, false) as is_agreeing,
        coalesce(support >= parameters.support_high, false) as is_supported,
        coalesce(support < parameters.support_high, false) as is_weakly_supported,
        coalesce(support < parameters.support_low, false) as is_contradicted,
        parameters.explanation_share,
        if(side = 1, 'exporter', 'importer') as own_side,
        if(side = 1, 'importer', 'exporter') as other_side,
        parameters.grade_b_probability
    from ranked
    cross join parameters
),

graded as (
    select
        *,
        case
            when is_mostly_not_assessable or tier = 4 then 'D'
            when tier = 1 and not is_contradicted and not is_valued_low then 'A'
            when
                probability_material >= grade_b_probability and not is_contradicted
                and not is_one_side_missing
                then 'B'
            else 'C'
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
            when
                unallocated_usd_taken
                > explanation_share * (unallocated_usd_taken + amount_usd_mid)
                then
                    'trade that the ' || own_side || ' books without a partner: '
                    || format('{:,.1f} M USD', own_pool_usd / 1e6)
                    || coalesce(', most of it under ' || unallocated_area_name, '')
            when is_transit_unbounded and direction = 'undeclared_export'
                then
                    'gold of other origin passing through the exporter, a hub: it declares exports '
                    || 'far above its mine production, and its imports by partner are not at hand'
            when is_transit_unbounded
                then
                    'gold passing through the importer, a hub whose exports by partner are not at '
                    || 'hand'
            when chance_lawful >= explanation_share and main_cause is not null
                then
                    case
                        when main_cause in ('row_agrees', 'row_open', 'row_holds', 'row_short')
                            then
                                'gold that the other gaps of the ' || own_side || ' could hold: '
                                || 'named for a place of transit, credited to another'
                        when main_cause in ('column_agrees', 'column_holds')
                            then
                                'gold that the other gaps of the ' || other_side || ' could hold: '
                                || 'one country sold it, another is credited'
                        when main_cause = 'chain_agrees'
                            then 'gold that passed through one of the two, which recorded one leg'
                        when main_cause in ('row_blind', 'column_blind')
                            then 'gold routed through a trade so large that its errors hide it'
                        when main_cause = 'passing_on'
                            then 'gold of other origin that the ' || own_side || ' passes on'
                        when main_cause = 'unnamed_origin'
                            then
                                'the ' || other_side || ' credits the origin of gold that others '
                                || 'sold to it'
                        else 'gold of other origin passing through the ' || own_side || ', a hub'
                    end
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
    graded.tier,
    graded.rank_by_share,
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
    graded.material_fine_kg,
    graded.probability_material,
    graded.at_least_fine_kg,
    graded.missing_fine_kg,
    graded.at_most_fine_kg,
    graded.rank_low,
    graded.rank_high,
    graded.above_noise_floor,
    graded.grade,
    graded.flags,
    graded.main_other_explanation,
    previous.rank as rank_previous_edition,
    replies.country_reply
from graded
left join replies
    on
        graded.exporter_iso3 = replies.exporter_iso3
        and graded.importer_iso3 = replies.importer_iso3
left join previous
    on
        graded.direction = previous.direction
        and graded.exporter_iso3 = previous.exporter_iso3
        and graded.importer_iso3 = previous.importer_iso3
order by graded.direction, graded.rank
