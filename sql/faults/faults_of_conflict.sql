-- Two different figures for one key are decided by a later release date or by nothing. A file that
-- has no CIF or FOB value does not contradict one that has. Which of two files counts is for
-- whoever gives them to say: a conflict between them has is_between_files.
-- One row per record of an undecided key.
with records as (
    select
        raw_records.source_id,
        raw_records.source_row,
        raw_records.reporter_code,
        raw_records.partner_code,
        raw_records.flow_code,
        raw_records.cmd_code,
        raw_records.period,
        raw_sources.fetched_at is null as is_of_file,
        coalesce(
            raw_records.partner2_code, raw_records.customs_code, raw_records.mot_code
        ) is null as is_bare,
        {
            'type': coalesce(raw_records.type_code, 'C'),
            'frequency': raw_records.freq_code,
            'period': raw_records.period,
            'reporter': try_cast(raw_records.reporter_code as integer),
            'partner': try_cast(raw_records.partner_code as integer),
            'partner2': coalesce(try_cast(raw_records.partner2_code as integer), 0),
            'flow': raw_records.flow_code,
            'product': raw_records.cmd_code,
            'customs': coalesce(raw_records.customs_code, 'C00'),
            'mos': coalesce(try_cast(raw_records.mos_code as integer), 0),
            'mot': coalesce(try_cast(raw_records.mot_code as integer), 0),
            'edition': coalesce(raw_records.classification_code, ''),
            'is_original':
            coalesce(try_cast(raw_records.is_original_classification as boolean), true)
        } as key,
        coalesce(
            cast(try_cast(raw_records.last_released as timestamp) as date), raw_sources.released
        ) as released_date,
        {
            'value': try_cast(raw_records.primary_value as double),
            'weight': nullif(try_cast(raw_records.net_wgt as double), 0)
        } as figures,
        nullif(try_cast(raw_records.cif_value as double), 0) as cif,
        nullif(try_cast(raw_records.fob_value as double), 0) as fob
    from raw_records
    inner join raw_sources on raw_records.source_id = raw_sources.source_id
    anti join raw_superseded
        on
            raw_records.source_id = raw_superseded.source_id
            and raw_records.source_row = raw_superseded.source_row
    where try_cast(raw_records.primary_value as double) is not null
),

of_one_day as (
    select
        key,
        released_date,
        greatest(count(distinct figures), count(distinct cif), count(distinct fob)) as versions
    from records
    group by key, released_date
),

of_all_days as (
    select
        key,
        greatest(count(distinct figures), count(distinct cif), count(distinct fob)) as versions,
        count(*) > count(released_date) as has_undated,
        bool_and(is_of_file) and count(distinct source_id) > 1 as is_between_files
    from records
    group by key
),

clashing as (
    select
        key,
        is_between_files
    from of_all_days
    where
        (versions > 1 and has_undated)
        or key in (select of_one_day.key from of_one_day where of_one_day.versions > 1)
),

offending as (
    select
        records.source_id,
        records.source_row,
        clashing.is_between_files,
        'a second, different figure for reporter ' || records.reporter_code
        || ', partner ' || records.partner_code || ', flow ' || records.flow_code
        || ', ' || records.cmd_code || ' in ' || records.period as problem,
        case
            when records.is_bare and not clashing.is_between_files
                then
                    'columns of a breakdown (partner2Code, customsCode, motCode) seem to have been '
                    || 'left out: download the file again with them, or keep one row'
            else 'keep one of them, or give both a release date so that the later one counts'
        end as advice
    from records inner join clashing on records.key = clashing.key
)

select * from offending
