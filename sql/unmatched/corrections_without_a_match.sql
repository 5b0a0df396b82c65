-- A correction that is about nothing in the records is taken for a slip, such as exporter and
-- importer the wrong way round: what it was meant for would be published uncorrected.
-- One row per correction that matches no record, pair or period.
with corrections as (select * from corrections),

rows_of_files as (select * from raw_corrections),

sources as (select * from raw_sources)

select
    rows_of_files.source_id,
    rows_of_files.source_row,
    case
        when corrections.correction_kind = 'area'
            then 'the area ' || corrections.area_code || ' is in no record of this run'
        when corrections.correction_kind = 'series_break'
            then
                'no pair of ' || corrections.country_iso3
                || ' is in the records of this run in those years'
        else
            'the pair ' || corrections.exporter_iso3 || ' → ' || corrections.importer_iso3
            || ' is not in the records of this run in those years'
    end as problem,
    'correct the row, or remove it' as advice
from corrections
inner join sources on corrections.correction_file = sources.label
inner join rows_of_files
    on
        sources.source_id = rows_of_files.source_id
        and corrections.correction_row = rows_of_files.source_row
where coalesce(corrections.record_count, corrections.pair_periods) = 0
