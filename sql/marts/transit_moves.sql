-- Which gaps explain each other by transit: gold that one report books under another partner, by
-- agreement over the years, with the weight of the evidence. For a double booking the second flow
-- is the one on which both sides agree.
-- One row per year, gap that is explained, flow that explains it and kind of edge.
with transfers as (select * from int_transfers)

select
    year,
    exporter_iso3,
    importer_iso3,
    unseen_exporter_iso3,
    unseen_importer_iso3,
    edge_kind,
    sum(moved_usd) as moved_usd,
    max(edge_weight) as edge_weight,
    max(ln_bayes_factor) as ln_bayes_factor,
    any_value(borne_out_by_exporter_iso3) as borne_out_by_exporter_iso3,
    any_value(borne_out_by_importer_iso3) as borne_out_by_importer_iso3
from transfers
group by all
order by all
