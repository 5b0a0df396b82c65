-- Whose gaps vanish when all partners are added up? Then the gold was declared, to someone else.
-- Support is the share of the positive gaps that survives in the sum over partners.
-- One row per period and exporter with gaps and a World total, the least supported first.
select
    period,
    iso3 as exporter_iso3,
    country_name as exporter_name,
    export_world_value_usd,
    mirrored_export_value_usd,
    export_gaps_usd,
    export_balance_usd,
    export_support,
    export_gaps_usd * (1 - export_support) as contradicted_usd
from country_balance
where export_gaps_usd > 0 and export_support is not null
order by export_support asc, contradicted_usd desc, period asc, exporter_iso3 asc
