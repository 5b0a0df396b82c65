-- Every file or reply that was read, and what became of its rows: rows_read is the sum of the
-- others.
-- One row per file.
with sources as (select * from raw_sources),

fates as (select * from stg_rows),

counted as (
    select
        source_id,
        count(*) filter (where fate = 'used') as rows_used,
        count(*) filter (where fate = 'duplicate') as rows_duplicate,
        count(*) filter (where fate = 'superseded') as rows_superseded,
        count(*) filter (where fate = 'other_hs_edition') as rows_other_hs_edition,
        count(*) filter (where fate = 'breakdown') as rows_breakdown,
        count(*) filter (where fate = 'flow_not_used') as rows_flow_not_used,
        count(*) filter (where fate = 'reporter_is_no_country') as rows_reporter_is_no_country,
        count(*) filter (where fate = 'partner_is_a_group') as rows_partner_is_a_group,
        count(*) filter (where fate = 'services') as rows_services,
        count(*) filter (where fate = 'quarantined') as rows_quarantined
    from fates
    group by source_id
)

select
    sources.label as source_file,
    sources.kind as source_kind,
    sources.sha256,
    sources.size_bytes,
    sources.released as released_date,
    sources.fetched_at,
    sources.rows_read,
    if(sources.kind = 'records', coalesce(counted.rows_used, 0), sources.rows_read) as rows_used,
    sources.rows_other_goods,
    sources.rows_tariff_lines,
    coalesce(counted.rows_breakdown, 0) as rows_breakdown,
    coalesce(counted.rows_duplicate, 0) as rows_duplicate,
    coalesce(counted.rows_superseded, 0) as rows_superseded,
    coalesce(counted.rows_other_hs_edition, 0) as rows_other_hs_edition,
    coalesce(counted.rows_flow_not_used, 0) as rows_flow_not_used,
    coalesce(counted.rows_reporter_is_no_country, 0) as rows_reporter_is_no_country,
    coalesce(counted.rows_partner_is_a_group, 0) as rows_partner_is_a_group,
    coalesce(counted.rows_services, 0) as rows_services,
    coalesce(counted.rows_quarantined, 0) as rows_quarantined,
    sources.unknown_columns,
    sources.shape,
    sources.encoding,
    sources.delimiter,
    sources.decimal_mark,
    sources.unit_check,
    sources.columns_renamed,
    sources.reading_notes
from sources
left join counted on sources.source_id = counted.source_id
order by source_kind, source_file, sha256
