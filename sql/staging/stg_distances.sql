-- Distance between two countries, a mean over their main cities weighted by population, in km.
-- One row per pair of countries, in the order of the alphabet.
with distances as (select * from raw_distances),

typed as (
    select
        iso3_a,
        iso3_b,
        cast(distance_km as double) as distance_km
    from distances
)

select * from typed
