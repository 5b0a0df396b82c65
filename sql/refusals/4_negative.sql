-- Values and weights cannot be negative.
-- One row per offending figure.
with figures as (
    unpivot (
        select
            source_id,
            source_row,
            primary_value,
            net_wgt,
            cif_value,
            fob_value
        from raw_records
    )
    on primary_value, net_wgt, cif_value, fob_value
    into name field value figure
),

offending as (
    select
        source_id,
        source_row,
        field || ' ' || figure || ' is negative' as problem,
        'correct the file or download it again' as advice
    from figures
    where try_cast(figure as double) < 0
)

select * from offending
