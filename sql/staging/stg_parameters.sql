-- Every number the method uses, as typed columns that models can cross join.
-- One row.
with parameters as (select * from raw_parameters),

widened as (
    select
        max(value) filter (where name = 'frequency') as frequency,
        cast(max(value) filter (where name = 'window_years') as integer) as window_years,
        cast(max(value) filter (where name = 'complete_year_share') as double)
            as complete_year_share,
        cast(max(value) filter (where name = 'troy_ounces_per_kg') as double) as troy_ounces_per_kg,
        cast(max(value) filter (where name = 'gold_price_stale_months') as integer)
            as gold_price_stale_months,
        cast(max(value) filter (where name = 'mine_production_stale_years') as integer)
            as mine_production_stale_years,
        cast(max(value) filter (where name = 'fineness_low') as double) as fineness_low,
        cast(max(value) filter (where name = 'fineness_high') as double) as fineness_high,
        cast(max(value) filter (where name = 'unit_error_tolerance') as double)
            as unit_error_tolerance,
        cast(max(value) filter (where name = 'explanation_share') as double) as explanation_share,
        cast(max(value) filter (where name = 'estimated_share') as double) as estimated_share,
        cast(max(value) filter (where name = 'freight_margin_highest') as double)
            as freight_margin_highest,
        cast(max(value) filter (where name = 'suppressed_share') as double) as suppressed_share,
        cast(max(value) filter (where name = 'no_partner_share') as double) as no_partner_share,
        cast(max(value) filter (where name = 'partners_missing_share') as double)
            as partners_missing_share,
        cast(max(value) filter (where name = 'other_goods_rows_least') as integer)
            as other_goods_rows_least,
        cast(max(value) filter (where name = 'probability_likely') as double)
            as probability_likely,
        cast(max(value) filter (where name = 'probability_possible') as double)
            as probability_possible,
        cast(max(value) filter (where name = 'probability_open') as double)
            as probability_open,
        cast(max(value) filter (where name = 'probability_faint') as double)
            as probability_faint,
        cast(max(value) filter (where name = 'grade_b_probability') as double)
            as grade_b_probability,
        cast(max(value) filter (where name = 'hiding_prior') as double) as hiding_prior,
        cast(max(value) filter (where name = 'material_fine_kg') as double) as material_fine_kg,
        cast(max(value) filter (where name = 'material_share') as double) as material_share,
        cast(max(value) filter (where name = 'support_high') as double) as support_high,
        cast(max(value) filter (where name = 'support_low') as double) as support_low,
        cast(max(value) filter (where name = 'persistent_years') as integer) as persistent_years,
        cast(max(value) filter (where name = 'measures_agree_ratio') as double)
            as measures_agree_ratio,
        cast(max(value) filter (where name = 'under_priced_ratio') as double)
            as under_priced_ratio,
        cast(max(value) filter (where name = 'weights_agree_ratio') as double)
            as weights_agree_ratio,
        cast(max(value) filter (where name = 'jump_ratio') as double) as jump_ratio,
        cast(max(value) filter (where name = 'production_ratio') as double) as production_ratio,
        cast(max(value) filter (where name = 'production_error_share') as double)
            as production_error_share,
        cast(max(value) filter (where name = 'unreported_production_share') as double)
            as unreported_production_share,
        cast(max(value) filter (where name = 'unreported_production_kg_least') as double)
            as unreported_production_kg_least,
        cast(max(value) filter (where name = 'monthly_sum_tolerance') as double)
            as monthly_sum_tolerance,
        cast(max(value) filter (where name = 'fineness_impossible_factor') as double)
            as fineness_impossible_factor,
        cast(max(value) filter (where name = 'value_error_agreement') as double)
            as value_error_agreement,
        cast(max(value) filter (where name = 'value_error_jump') as double) as value_error_jump,
        cast(max(value) filter (where name = 'hub_import_share') as double) as hub_import_share,
        cast(max(value) filter (where name = 'origin_share') as double) as origin_share,
        cast(max(value) filter (where name = 'hub_fine_kg_least') as double) as hub_fine_kg_least,
        cast(max(value) filter (where name = 'timing_months_low') as double) as timing_months_low,
        cast(max(value) filter (where name = 'timing_months_mid') as double) as timing_months_mid,
        cast(max(value) filter (where name = 'timing_months_high') as double) as timing_months_high,
        cast(max(value) filter (where name = 'transit_least_usd') as double) as transit_least_usd,
        cast(max(value) filter (where name = 'draws') as integer) as draws,
        cast(max(value) filter (where name = 'seed') as integer) as seed,
        cast(max(value) filter (where name = 'noise_floor_quantile') as double)
            as noise_floor_quantile,
        cast(max(value) filter (where name = 'reliable_quantile') as double) as reliable_quantile,
        cast(max(value) filter (where name = 'probability_high') as double) as probability_high,
        cast(max(value) filter (where name = 'round_trip_share') as double) as round_trip_share,
        cast(max(value) filter (where name = 'placebo_flows_least') as integer)
            as placebo_flows_least,
        cast(max(value) filter (where name = 'placebo_pairs_least') as integer)
            as placebo_pairs_least,
        max(value) filter (where name = 'parts_switched_off') as parts_switched_off,
        cast(max(value) filter (where name = 'freight_default_low') as double)
            as freight_default_low,
        cast(max(value) filter (where name = 'freight_default_mid') as double)
            as freight_default_mid,
        cast(max(value) filter (where name = 'freight_default_high') as double)
            as freight_default_high,
        cast(max(value) filter (where name = 'freight_default_slope') as double)
            as freight_default_slope,
        cast(max(value) filter (where name = 'freight_importer_share') as double)
            as freight_importer_share,
        cast(max(value) filter (where name = 'flow_most_usd') as double)
            as flow_most_usd,
        cast(max(value) filter (where name = 'flow_most_fine_kg') as double)
            as flow_most_fine_kg,
        cast(max(value) filter (where name = 'quarantine_most_share') as double)
            as quarantine_most_share,
        cast(max(value) filter (where name = 'quarantine_most_rows') as integer)
            as quarantine_most_rows,
        cast(max(value) filter (where name = 'quarantine_file_most_share') as double)
            as quarantine_file_most_share,
        cast(max(value) filter (where name = 'quarantine_file_least_rows') as integer)
            as quarantine_file_least_rows,
        cast(max(value) filter (where name = 'unit_rows_least') as integer) as unit_rows_least,
        cast(max(value) filter (where name = 'unit_rows_share') as double) as unit_rows_share
    from parameters
)

select * from widened
