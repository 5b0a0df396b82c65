-- Goods of the Harmonised System that the method reads, with the part each plays.
-- One row per HS code.
with products as (select * from raw_products),

typed as (
    select
        hs_code,
        name as product_name,
        role as product_role
    from products
)

select * from typed
