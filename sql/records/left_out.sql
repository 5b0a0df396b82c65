-- What is left out of the tables of this schema, since to pass records of UN Comtrade on in bulk
-- needs the permission of the United Nations; --with-records keeps all.
-- One row per table of the records.
with ranked as (
    select distinct
        exporter_iso3,
        importer_iso3
    from ranked_gaps
),

compared as (
    select distinct
        exporter_iso3,
        importer_iso3
    from gap_years
),

rows_of_tables as (
    select
        'declared_flows' as table_name,
        exporter_iso3,
        importer_iso3
    from declared_flows
    union all
    select
        'declared_rows' as table_name,
        exporter_iso3,
        importer_iso3
    from declared_rows
    union all
    select
        'quarantined_rows' as table_name,
        exporter_iso3,
        importer_iso3
    from quarantined_rows
    union all
    select
        'pair_periods' as table_name,
        exporter_iso3,
        importer_iso3
    from pair_periods
),

marked as (
    select
        rows_of_tables.table_name,
        if(
            rows_of_tables.table_name = 'pair_periods',
            compared.exporter_iso3 is not null,
            ranked.exporter_iso3 is not null
        ) as is_kept
    from rows_of_tables
    left join ranked using (exporter_iso3, importer_iso3)
    left join compared using (exporter_iso3, importer_iso3)
),

counted as (
    select
        tables.table_name,
        count(*) filter (where marked.is_kept) as rows_kept,
        count(*) filter (where not marked.is_kept) as rows_left_out
    from (
        values ('declared_flows'), ('declared_rows'), ('pair_periods'), ('quarantined_rows')
    ) as tables (table_name)
    left join marked using (table_name)
    group by tables.table_name
)

select * from counted
order by table_name
