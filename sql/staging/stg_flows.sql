-- Flows of trade as Comtrade codes them, with what the method uses each for.
-- One row per flow code.
with flows as (select * from raw_flows),

typed as (
    select
        flow_code,
        name as flow_name,
        use as flow_use
    from flows
)

select * from typed
