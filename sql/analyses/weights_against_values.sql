-- Where do weights and values disagree? A value gap without a weight gap is a low declared price;
-- a weight gap without a value gap is a high one, or gold of another fineness.
-- One row per period, exporter and importer with usable weights on both sides.
select
    period,
    exporter_iso3,
    importer_iso3,
    gap_fine_kg,
    gap_net_weight_kg,
    export_fineness,
    import_fineness,
    case
        when is_weight_gap_agreeing then 'agree'
        when gap_fine_kg > 0 and gap_net_weight_kg <= 0 then 'value only'
        when gap_fine_kg <= 0 and gap_net_weight_kg > 0 then 'weight only'
        else 'another size'
    end as comparison
from gap_years
where gap_net_weight_kg is not null and reading in ('undeclared_export', 'undeclared_import')
order by abs(gap_fine_kg - gap_net_weight_kg) desc, period asc, exporter_iso3 asc, importer_iso3 asc
