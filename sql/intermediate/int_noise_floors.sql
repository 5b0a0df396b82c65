-- The noise floor of each ranking: a high quantile of its key among the pairs whose reports usually
-- lie closest together; pairs that are not in the ranking count with a key of zero.
-- One row per direction; no row where such pairs are too few.
with pair_years as (select * from int_pair_years where is_counted),

keys as (select * from int_keys),

parameters as (select * from stg_parameters),

pairs as (
    select
        exporter_iso3,
        importer_iso3,
        avg(pair_spread order by period) as pair_spread
    from pair_years cross join parameters
    where pair_spread_flows >= parameters.placebo_flows_least
    group by exporter_iso3, importer_iso3
),

placed as (
    select
        *,
        percent_rank() over (order by pair_spread) as place
    from pairs
),

reliable as (
    select placed.*
    from placed cross join parameters
    where placed.place <= parameters.reliable_quantile
),

directions as (
    select 'undeclared_export' as direction
    union all
    select 'undeclared_import' as direction
),

placebo as (
    select
        directions.direction,
        coalesce(keys.ranking_key, 0) as ranking_key
    from reliable
    cross join directions
    left join keys
        on
            directions.direction = keys.direction
            and reliable.exporter_iso3 = keys.exporter_iso3
            and reliable.importer_iso3 = keys.importer_iso3
),

gathered as (
    select
        direction,
        count(*) as placebo_pairs,
        list(ranking_key order by ranking_key) as ranking_keys
    from placebo
    group by direction
)

select
    gathered.direction,
    gathered.placebo_pairs,
    ranking_keys[cast(ceil(parameters.noise_floor_quantile * placebo_pairs) as integer)]
        as noise_floor_key
from gathered cross join parameters
where gathered.placebo_pairs >= parameters.placebo_pairs_least
