-- Values and weights cannot be negative, nor a value above what any flow of gold can be worth: in
-- USD, and between two countries also in fine gold at the price of its year.
-- One row per offending figure.
with figures as (
    unpivot (
        select
            source_id,
            source_row,
            period[:4] as year,
            try_cast(partner_code as integer) as partner_code,
            primary_value,
            net_wgt,
            cif_value,
            fob_value
        from raw_records
    )
    on primary_value, net_wgt, cif_value, fob_value
    into name field value figure
),

countries as (select area_code from stg_areas where is_country),

prices as (
    select
        cast(period // 100 as text) as year,
        avg(gold_price_usd_per_kg) as gold_price_usd_per_kg
    from stg_gold_price
    group by period // 100
),

-- a year that the prices have not reached has the newest price before it
priced as (
    select
        figures.source_id,
        figures.source_row,
        figures.field,
        figures.figure,
        countries.area_code is not null as is_between_countries,
        try_cast(figures.figure as double) as amount,
        prices.gold_price_usd_per_kg
    from figures
    left join countries on figures.partner_code = countries.area_code
    asof left join prices on figures.year >= prices.year
),

offending as (
    select
        priced.source_id,
        priced.source_row,
        priced.field || ' ' || priced.figure
        || case
            when priced.amount < 0 then ' is negative'
            when priced.amount > parameters.flow_most_usd
                then
                    ' is above '
                    || format('{:,}', cast(parameters.flow_most_usd as bigint))
                    || ' USD, more than any flow of gold'
            else
                ' buys more than '
                || format('{:,}', cast(parameters.flow_most_fine_kg as bigint))
                || ' kg of fine gold, more than goes from one country to another'
        end as problem,
        'correct the file or download it again' as advice
    from priced cross join stg_parameters as parameters
    where
        isfinite(priced.amount)
        and (
            priced.amount < 0
            or (priced.field <> 'net_wgt' and priced.amount > parameters.flow_most_usd)
            or (
                priced.field <> 'net_wgt'
                and priced.is_between_countries
                and priced.amount > parameters.flow_most_fine_kg * priced.gold_price_usd_per_kg
            )
        )
)

select * from offending
