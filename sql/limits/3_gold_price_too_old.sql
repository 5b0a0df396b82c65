-- The newest gold price lies too long before the end of a period to value its gold. A year that the
-- prices have reached takes the mean of the months that they have.
-- One row for the last of such periods; only the published frequency is valued.
with prices as (
    select
        month,
        row_number() over () + 1 as source_row
    from raw_gold_price
),

newest as (
    select
        max(month) as month,
        max_by(source_row, month) as source_row
    from prices
),

numbered as (
    select
        *,
        cast(month[:4] as integer) * 12 + cast(month[6:] as integer) as month_number
    from newest
),

files as (
    select source_id
    from raw_sources
    where kind = 'reference' and label = 'gold_price.csv'
),

ends as (
    select distinct
        records.period,
        if(
            records.frequency = 'A',
            records.period * 12 + 12,
            (records.period // 100) * 12 + records.period % 100
        ) as month_number
    from stg_records as records inner join stg_parameters using (frequency)
),

late as (
    select
        files.source_id,
        numbered.source_row,
        'the newest gold price, of ' || numbered.month || ', is '
        || (ends.month_number - numbered.month_number)
        || ' months older than the end of the period ' || ends.period
        || ' and may be ' || parameters.gold_price_stale_months as problem,
        'give newer prices (--reference FOLDER or MIRROR_REFERENCE), or leave such records out'
            as advice
    from ends cross join numbered cross join files cross join stg_parameters as parameters
    where ends.month_number - numbered.month_number > parameters.gold_price_stale_months
    order by ends.period desc
    limit 1
)

select * from late
