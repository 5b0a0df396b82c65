-- Pairs with margin, price, implied fineness and what each weight is worth.
-- A weight is used only if its quality is ok: reported, not estimated, and of a possible fineness;
-- where both weights agree, each bears the other out, and values that lie apart are valuation.
-- One row per frequency, period, exporter and importer.
with pairs as (select * from int_states_of_pairs),

margins as (select * from int_pair_margins),

prices as (select * from int_prices),

parameters as (select * from stg_parameters),

priced as (
    select
        pairs.*,
        prices.year,
        prices.gold_price_usd_per_kg,
        prices.gold_price_usd_per_kg_low,
        prices.gold_price_usd_per_kg_high,
        case
            when pairs.import_value_usd is null or pairs.import_basis = 'FOB' then 0
            else coalesce(pairs.margin_of_row, margins.margin_low)
        end as margin_low,
        case
            when pairs.import_value_usd is null or pairs.import_basis = 'FOB' then 0
            else coalesce(pairs.margin_of_row, margins.margin_mid)
        end as margin_mid,
        case
            when pairs.import_value_usd is null or pairs.import_basis = 'FOB' then 0
            else coalesce(pairs.margin_of_row, margins.margin_high)
        end as margin_high,
        pairs.export_value_usd / (pairs.export_net_weight_kg * prices.gold_price_usd_per_kg)
            as export_fineness,
        pairs.import_value_usd / (pairs.import_net_weight_kg * prices.gold_price_usd_per_kg)
            as import_fineness
    from pairs
    inner join prices
        on pairs.frequency = prices.frequency and pairs.period = prices.period
    left join margins
        on
            pairs.frequency = margins.frequency
            and pairs.period = margins.period
            and pairs.importer_iso3 = margins.importer_iso3
            and pairs.exporter_iso3 = margins.exporter_iso3
),

compared as (
    select
        priced.*,
        export_fineness / import_fineness as fineness_ratio,
        export_fineness not between
        parameters.fineness_low / parameters.fineness_impossible_factor
        and parameters.fineness_high * parameters.fineness_impossible_factor
            as is_export_impossible,
        import_fineness not between
        parameters.fineness_low / parameters.fineness_impossible_factor
        and parameters.fineness_high * parameters.fineness_impossible_factor
            as is_import_impossible,
        -- a median of zero is no level to hold a value against
        nullif(median(export_value_usd) over (
            partition by priced.frequency, exporter_iso3, importer_iso3
        ), 0) as export_value_usd_median,
        nullif(median(import_value_usd) over (
            partition by priced.frequency, exporter_iso3, importer_iso3
        ), 0) as import_value_usd_median
    from priced cross join parameters
),

-- each side's weight by itself; a ratio near that of ounce and gram or kilogram is a unit error
sides as (
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        'exporter' as side,
        export_value_usd as value_usd,
        export_net_weight_kg as net_weight_kg,
        export_fineness as fineness,
        is_export_weight_estimated as is_estimated,
        fineness_ratio
    from compared
    union all by name
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        'importer' as side,
        import_value_usd as value_usd,
        import_net_weight_kg as net_weight_kg,
        import_fineness as fineness,
        is_import_weight_estimated as is_estimated,
        fineness_ratio
    from compared
),

judged as (
    select
        sides.*,
        fineness between parameters.fineness_low and parameters.fineness_high as is_possible,
        fineness between parameters.fineness_low * 1000 and parameters.fineness_high * 1000
        or fineness between parameters.fineness_low / 1000 and parameters.fineness_high / 1000
        or (
            not is_possible
            and (
                abs(fineness_ratio / 31.1034768 - 1) <= parameters.unit_error_tolerance
                or abs(fineness_ratio / 32.1507466 - 1) <= parameters.unit_error_tolerance
                or abs(1 / fineness_ratio / 31.1034768 - 1) <= parameters.unit_error_tolerance
                or abs(1 / fineness_ratio / 32.1507466 - 1) <= parameters.unit_error_tolerance
            )
        ) as is_unit_error
    from sides cross join parameters
),

qualities as (
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        side,
        case
            when value_usd is null then null
            when net_weight_kg is null then 'missing'
            when is_unit_error then 'unit_error'
            when not is_possible then 'fineness_out_of_range'
            when is_estimated then 'estimated'
            else 'ok'
        end as weight_quality
    from judged
),

weighed as (
    select
        compared.*,
        of_exporter.weight_quality as export_weight_quality,
        of_importer.weight_quality as import_weight_quality
    from compared
    inner join qualities as of_exporter
        on
            compared.frequency = of_exporter.frequency
            and compared.period = of_exporter.period
            and compared.exporter_iso3 = of_exporter.exporter_iso3
            and compared.importer_iso3 = of_exporter.importer_iso3
            and of_exporter.side = 'exporter'
    inner join qualities as of_importer
        on
            compared.frequency = of_importer.frequency
            and compared.period = of_importer.period
            and compared.exporter_iso3 = of_importer.exporter_iso3
            and compared.importer_iso3 = of_importer.importer_iso3
            and of_importer.side = 'importer'
),

measured as (
    select
        weighed.*,
        import_value_usd / (1 + margin_low) as import_fob_value_usd_high,
        import_value_usd / (1 + margin_mid) as import_fob_value_usd,
        import_value_usd / (1 + margin_high) as import_fob_value_usd_low,
        case
            when export_weight_quality = 'ok' and import_weight_quality = 'ok'
                then import_net_weight_kg - export_net_weight_kg
        end as gap_net_weight_kg,
        -- a value beyond any fineness, or without a weight to hold it against, that lies far from
        -- the pair's own in other periods or whose weight fits the other side's value
        coalesce(
            coalesce(is_export_impossible, true)
            and greatest(
                export_value_usd / export_value_usd_median,
                export_value_usd_median / export_value_usd
            ) >= parameters.value_error_jump,
            false
        ) or coalesce(
            (
                export_fineness * 1000 between parameters.fineness_low and parameters.fineness_high
                or export_fineness / 1000
                between parameters.fineness_low and parameters.fineness_high
            )
            and import_value_usd / (export_net_weight_kg * gold_price_usd_per_kg)
            between 1 / parameters.value_error_agreement and parameters.value_error_agreement,
            false
        ) or coalesce(
            coalesce(is_import_impossible, true)
            and greatest(
                import_value_usd / import_value_usd_median,
                import_value_usd_median / import_value_usd
            ) >= parameters.value_error_jump,
            false
        ) or coalesce(
            (
                import_fineness * 1000 between parameters.fineness_low and parameters.fineness_high
                or import_fineness / 1000
                between parameters.fineness_low and parameters.fineness_high
            )
            and export_value_usd / (import_net_weight_kg * gold_price_usd_per_kg)
            between 1 / parameters.value_error_agreement and parameters.value_error_agreement,
            false
        ) as has_value_error
    from weighed cross join parameters
),

-- the side whose unit value is nearer to the price is right; of equals the lower one
unit_values as (
    select
        measured.*,
        coalesce(
            export_weight_quality in ('ok', 'fineness_out_of_range')
            and import_weight_quality in ('ok', 'fineness_out_of_range')
            and not is_export_weight_estimated
            and not is_import_weight_estimated
            and export_value_usd > 0
            and import_value_usd > 0
            and greatest(
                export_net_weight_kg / import_net_weight_kg,
                import_net_weight_kg / export_net_weight_kg
            ) <= parameters.weights_agree_ratio,
            false
        ) as are_weights_agreeing,
        export_value_usd / export_net_weight_kg as export_unit_value,
        import_fob_value_usd / import_net_weight_kg as import_unit_value,
        abs(ln(nullif(export_unit_value, 0) / gold_price_usd_per_kg)) as export_off_price,
        abs(ln(nullif(import_unit_value, 0) / gold_price_usd_per_kg)) as import_off_price,
        case
            when export_off_price > import_off_price then import_unit_value
            when export_off_price < import_off_price then export_unit_value
            else least(export_unit_value, import_unit_value)
        end as right_unit_value,
        import_fob_value_usd - export_value_usd as fob_gap_usd
    from measured cross join parameters
),

valued as (
    select
        unit_values.* exclude (
            export_unit_value,
            import_unit_value,
            export_off_price,
            import_off_price,
            right_unit_value,
            fob_gap_usd
        ),
        case
            when are_weights_agreeing or gap_net_weight_kg is not null
                then
                    (import_net_weight_kg - export_net_weight_kg)
                    * least(right_unit_value / gold_price_usd_per_kg, 1)
        end as weight_gap_fine_kg,
        case
            when
                are_weights_agreeing
                and least(
                    export_unit_value / import_unit_value, import_unit_value / export_unit_value
                ) < parameters.under_priced_ratio
                then
                    greatest(
                        least(
                            fob_gap_usd
                            - (import_net_weight_kg - export_net_weight_kg) * right_unit_value,
                            greatest(fob_gap_usd, 0)
                        ),
                        least(fob_gap_usd, 0)
                    )
            else 0
        end as valuation_usd
    from unit_values cross join parameters
)

select * from valued
