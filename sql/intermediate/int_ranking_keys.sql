-- Each pair and direction with its verdict, its tier and its places: by evidence and kg, and by the
-- share of the trade that is missing. Gaps of hubs as exporters have no place of their own.
-- One row per exporter, importer and direction.
with directions as (select * from int_directions),

verdicts as (select * from int_verdicts),

parameters as (select * from stg_parameters),

judged as (
    select
        directions.*,
        coalesce(verdicts.material_fine_kg, parameters.material_fine_kg) as material_fine_kg,
        coalesce(verdicts.probability_material, 0) as probability_material,
        coalesce(verdicts.at_least_fine_kg, 0) as at_least_fine_kg,
        coalesce(verdicts.missing_fine_kg, 0) as missing_fine_kg,
        coalesce(verdicts.at_most_fine_kg, 0) as at_most_fine_kg,
        coalesce(verdicts.missing_fine_kg / nullif(verdicts.fuller_fine_kg, 0), 0)
            as missing_share,
        coalesce(verdicts.chance_lawful, 0) as chance_lawful,
        verdicts.main_cause,
        coalesce(verdicts.is_matched, false) as is_matched,
        coalesce(verdicts.is_beyond_declared, false) as is_beyond_declared,
        verdicts.draw_rank_low,
        verdicts.draw_rank_high,
        direction = 'undeclared_export' and coalesce(verdicts.is_hub, false) as is_hub_exporter,
        -- hubs pass on other people's gold: only weights, row and column together bear a gap out
        is_every_weight_agreeing
        and verdicts.row_fine_kg >= verdicts.at_least_fine_kg
        and verdicts.column_fine_kg >= verdicts.at_least_fine_kg as is_borne_out,
        verdicts.row_fine_kg,
        verdicts.column_fine_kg
    from directions
    left join verdicts using (direction, exporter_iso3, importer_iso3)
    cross join parameters
),

capped as (
    select
        judged.* replace (
            if(is_hub_exporter and not coalesce(is_borne_out, false), 0, at_least_fine_kg)
                as at_least_fine_kg
        ),
        case
            when probability_material < parameters.probability_possible then 4
            when probability_material < parameters.probability_high then 3
            when years_assessed < parameters.persistent_years then 2
            when is_one_side_missing and not is_beyond_declared then 3
            else 1
        end as tier,
        cast(probability_material >= parameters.probability_high as integer)
        + cast(probability_material >= parameters.probability_likely as integer)
        + cast(probability_material >= parameters.probability_possible as integer)
        + cast(probability_material >= parameters.probability_open as integer)
        + cast(probability_material >= parameters.probability_faint as integer)
            as probability_class
    from judged cross join parameters
),

placed as (
    select
        *,
        row_number() over (
            partition by direction, is_hub_exporter
            order by
                tier asc,
                probability_class desc,
                probability_material * missing_fine_kg desc,
                amount_fine_kg_mid desc,
                exporter_iso3 asc,
                importer_iso3 asc
        ) as rank,
        row_number() over (
            partition by direction, is_hub_exporter
            order by
                missing_share desc,
                missing_fine_kg desc,
                amount_fine_kg_mid desc,
                exporter_iso3 asc,
                importer_iso3 asc
        ) as rank_by_share
    from capped
)

select * from placed
