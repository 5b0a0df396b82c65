-- On which basis an import value stands, and its margin where the row carries both values. A CIF
-- value that equals the FOB value measures nothing: it is no margin of zero.
-- One row per frequency, period, importer and partner.
with flows as (select * from int_gold_flows where flow_code = 'M' and value_usd is not null),

parameters as (select * from stg_parameters),

by_row as (
    select
        frequency,
        period,
        reporter_iso3 as importer_iso3,
        partner_iso3,
        partner_kind,
        value_usd,
        case
            when abs(cif_value_usd - value_usd) <= 0.001 * value_usd then 'CIF'
            when abs(fob_value_usd - value_usd) <= 0.001 * value_usd then 'FOB'
        end as basis_of_row,
        cif_value_usd / fob_value_usd - 1 as margin_of_row
    from flows
),

habits as (
    select
        importer_iso3,
        count(*) filter (where basis_of_row = 'FOB')
        > count(*) filter (where basis_of_row = 'CIF') as is_mostly_fob
    from by_row
    group by importer_iso3
),

based as (
    select
        by_row.frequency,
        by_row.period,
        by_row.importer_iso3,
        by_row.partner_iso3,
        by_row.partner_kind,
        by_row.value_usd as import_value_usd,
        coalesce(
            by_row.basis_of_row, case when habits.is_mostly_fob then 'FOB' else 'CIF' end
        ) as import_basis,
        by_row.basis_of_row is not null as is_basis_of_row,
        case
            when
                by_row.basis_of_row = 'CIF'
                and by_row.margin_of_row > 0
                and by_row.margin_of_row <= parameters.freight_margin_highest
                then by_row.margin_of_row
        end as margin_of_row
    from by_row
    inner join habits on by_row.importer_iso3 = habits.importer_iso3
    cross join parameters
)

select * from based
