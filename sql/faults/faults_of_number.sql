-- Figures must be finite numbers, codes whole ones, and a record must carry a value.
-- One row per offending figure.
with figures as (
    unpivot (
        select
            source_id,
            source_row,
            coalesce(primary_value, '(empty)') as primary_value,
            net_wgt,
            cif_value,
            fob_value,
            partner2_code,
            mot_code,
            mos_code
        from raw_records
    )
    on primary_value, net_wgt, cif_value, fob_value, partner2_code, mot_code, mos_code
    into name field value figure
),

offending as (
    select
        source_id,
        source_row,
        field || ' ' || figure || ' is no number' as problem,
        if(
            starts_with(figure, '##'),
            'a spreadsheet showed it so in a narrow column, widen it there and save again',
            'correct the file or download it again'
        ) as advice
    from figures
    where
        not coalesce(isfinite(try_cast(figure as double)), false)
        or not regexp_full_match(figure, '[-+.0-9eE]+')
        or (ends_with(field, '_code') and not regexp_full_match(figure, '\d{1,9}'))
)

select * from offending
