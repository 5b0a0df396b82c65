-- Two files give different figures for one key, and nothing says which of them counts.
-- One row per such key, its last record.
with faulty as (select * from stg_faulty_rows where is_between_files),

sources as (select * from raw_sources),

records as (select * from raw_records),

named as (
    select
        faulty.*,
        sources.label,
        records.primary_value,
        records.net_wgt,
        records.cif_value,
        records.fob_value,
        first_value(sources.label) over earliest as other_label,
        first_value(records.primary_value) over earliest as other_value,
        first_value(records.net_wgt) over earliest as other_weight,
        first_value(records.cif_value) over earliest as other_cif_value,
        first_value(records.fob_value) over earliest as other_fob_value
    from faulty
    inner join sources using (source_id)
    inner join records using (source_id, source_row)
    window earliest as (partition by faulty.problem order by faulty.source_id, faulty.source_row)
),

-- a file may agree with the first of them, and contradict it in rows behind
contradicting as (
    select
        *,
        case
            when try_cast(primary_value as double) <> try_cast(other_value as double)
                then 'value ' || primary_value || ' and not ' || other_value
            when
                coalesce(try_cast(net_wgt as double), 0)
                <> coalesce(try_cast(other_weight as double), 0)
                then
                    'weight ' || coalesce(net_wgt, '(empty)') || ' and not '
                    || coalesce(other_weight, '(empty)')
            when try_cast(cif_value as double) <> try_cast(other_cif_value as double)
                then 'CIF value ' || cif_value || ' and not ' || other_cif_value
            when try_cast(fob_value as double) <> try_cast(other_fob_value as double)
                then 'FOB value ' || fob_value || ' and not ' || other_fob_value
        end as figures
    from named
)

select
    source_id,
    source_row,
    problem || ' (' || figures || ') than ' || other_label as problem,
    'keep one of them, or say when each was released with --released FILE=YYYY-MM-DD, or that '
    || 'files are as old as their own time with --file-times' as advice
from contradicting
where label <> other_label and figures is not null
qualify row_number() over (partition by problem order by source_id desc, source_row desc) = 1
