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
        cast(max(value) filter (where name = 'fineness_low') as double) as fineness_low,
        cast(max(value) filter (where name = 'fineness_high') as double) as fineness_high,
        cast(max(value) filter (where name = 'unit_error_tolerance') as double)
            as unit_error_tolerance,
        cast(max(value) filter (where name = 'explanation_share') as double) as explanation_share,
        cast(max(value) filter (where name = 'estimated_share') as double) as estimated_share,
        cast(max(value) filter (where name = 'freight_rows_least') as integer)
            as freight_rows_least,
        cast(max(value) filter (where name = 'freight_quantile_low') as double)
            as freight_quantile_low,
        cast(max(value) filter (where name = 'freight_quantile_high') as double)
            as freight_quantile_high,
        cast(max(value) filter (where name = 'freight_margin_highest') as double)
            as freight_margin_highest,
        cast(max(value) filter (where name = 'suppressed_share') as double) as suppressed_share,
        cast(max(value) filter (where name = 'no_partner_share') as double) as no_partner_share,
        cast(max(value) filter (where name = 'other_goods_rows_least') as integer)
            as other_goods_rows_least,
        cast(max(value) filter (where name = 'material_fine_kg') as double) as material_fine_kg,
        cast(max(value) filter (where name = 'material_share') as double) as material_share,
        cast(max(value) filter (where name = 'support_high') as double) as support_high,
        cast(max(value) filter (where name = 'support_low') as double) as support_low,
        cast(max(value) filter (where name = 'persistent_years') as integer) as persistent_years,
        cast(max(value) filter (where name = 'measures_agree_ratio') as double)
            as measures_agree_ratio,
        cast(max(value) filter (where name = 'under_priced_ratio') as double)
            as under_priced_ratio,
        cast(max(value) filter (where name = 'jump_ratio') as double) as jump_ratio,
        cast(max(value) filter (where name = 'production_ratio') as double) as production_ratio,
        cast(max(value) filter (where name = 'monthly_sum_tolerance') as double)
            as monthly_sum_tolerance,
        cast(max(value) filter (where name = 'freight_default_low') as double)
            as freight_default_low,
        cast(max(value) filter (where name = 'freight_default_mid') as double)
            as freight_default_mid,
        cast(max(value) filter (where name = 'freight_default_high') as double)
            as freight_default_high
    from parameters
)

select * from widened
