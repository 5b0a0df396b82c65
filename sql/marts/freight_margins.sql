-- Freight and insurance on gold by importer, measured on rows that carry both a CIF and a FOB
-- value; importers with too few such rows take the margin of all importers together.
-- One row per importer; * is all importers together.
with bases as (select * from int_import_bases),

parameters as (select * from stg_parameters),

measured as (
    select
        importer_iso3,
        margin_of_row
    from bases
    where margin_of_row is not null and partner_kind <> 'world'
),

gathered as (
    select
        '*' as importer_iso3,
        count(*) as margin_rows,
        list(margin_of_row order by margin_of_row) as margins
    from measured
    union all by name
    select
        importer_iso3,
        count(*) as margin_rows,
        list(margin_of_row order by margin_of_row) as margins
    from measured
    group by importer_iso3
),

-- where a quantile falls in the sorted list, counted from 1, a fraction between two rows
placed as (
    select
        gathered.*,
        1 + parameters.freight_quantile_low * (margin_rows - 1) as place_low,
        1 + 0.5 * (margin_rows - 1) as place_mid,
        1 + parameters.freight_quantile_high * (margin_rows - 1) as place_high
    from gathered cross join parameters
),

own as (
    select
        importer_iso3,
        margin_rows,
        margins[cast(floor(place_low) as integer)] * (1 - place_low % 1)
        + margins[cast(ceil(place_low) as integer)] * (place_low % 1) as margin_low,
        margins[cast(floor(place_mid) as integer)] * (1 - place_mid % 1)
        + margins[cast(ceil(place_mid) as integer)] * (place_mid % 1) as margin_mid,
        margins[cast(floor(place_high) as integer)] * (1 - place_high % 1)
        + margins[cast(ceil(place_high) as integer)] * (place_high % 1) as margin_high
    from placed
),

pool as (select * from own where importer_iso3 = '*'),

importers as (select distinct importer_iso3 from bases),

chosen as (
    select
        importers.importer_iso3,
        coalesce(own.margin_rows, 0) as margin_rows,
        coalesce(own.margin_rows, 0) >= parameters.freight_rows_least as is_own_margin,
        if(is_own_margin, own.margin_low, pool.margin_low) as margin_low,
        if(is_own_margin, own.margin_mid, pool.margin_mid) as margin_mid,
        if(is_own_margin, own.margin_high, pool.margin_high) as margin_high
    from importers
    left join own on importers.importer_iso3 = own.importer_iso3
    cross join pool
    cross join parameters
),

everyone as (
    select * from chosen
    union all by name
    select
        importer_iso3,
        margin_rows,
        true as is_own_margin,
        margin_low,
        margin_mid,
        margin_high
    from pool
)

select
    everyone.importer_iso3,
    everyone.margin_rows,
    everyone.is_own_margin,
    coalesce(everyone.margin_low, parameters.freight_default_low) as margin_low,
    coalesce(everyone.margin_mid, parameters.freight_default_mid) as margin_mid,
    coalesce(everyone.margin_high, parameters.freight_default_high) as margin_high
from everyone cross join parameters
order by everyone.importer_iso3
