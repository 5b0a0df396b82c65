-- What both sides book of a pair under monetary gold (710820), scrap (7112) and coin (7118), and
-- how much of it points the other way than a positive or a negative gap in gold would.
-- One row per frequency, period, exporter and importer.
with records as (
    select * from stg_records
    where product_role in ('monetary', 'neighbour_class') and flow_code in ('M', 'X')
),

-- a heading holds its subheadings: the larger of the two is the class
classes as (
    select
        frequency,
        period,
        if(flow_code = 'X', reporter_iso3, partner_iso3) as exporter_iso3,
        if(flow_code = 'X', partner_iso3, reporter_iso3) as importer_iso3,
        if(product_role = 'monetary', hs_code, left(hs_code, 4)) as hs_class,
        flow_code,
        greatest(
            coalesce(
                sum(value_usd order by hs_code, reporter_code, partner_code) filter (
                    where length(hs_code) = 4
                ),
                0
            ),
            coalesce(
                sum(value_usd order by hs_code, reporter_code, partner_code) filter (
                    where length(hs_code) > 4
                ),
                0
            )
        ) as value_usd
    from records
    where partner_kind = 'country'
    group by
        frequency,
        period,
        if(flow_code = 'X', reporter_iso3, partner_iso3),
        if(flow_code = 'X', partner_iso3, reporter_iso3),
        if(product_role = 'monetary', hs_code, left(hs_code, 4)),
        flow_code
),

gaps as (
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        hs_class,
        coalesce(sum(value_usd) filter (where flow_code = 'M'), 0)
        - coalesce(sum(value_usd) filter (where flow_code = 'X'), 0) as class_gap_usd
    from classes
    group by frequency, period, exporter_iso3, importer_iso3, hs_class
),

summed as (
    select
        frequency,
        period,
        exporter_iso3,
        importer_iso3,
        sum(greatest(-class_gap_usd, 0) order by hs_class) as swap_of_positive_usd,
        sum(greatest(class_gap_usd, 0) order by hs_class) as swap_of_negative_usd
    from gaps
    group by frequency, period, exporter_iso3, importer_iso3
)

select * from summed
