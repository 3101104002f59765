{#- The rows of a staging model that count now: those of the current batch of each delivery. Rows of superseded batches
    stay in staging; rows of a batch that was never finished have no delivery and fall away. -#}
{% macro current_rows(model) -%}
    select rows_of_batch.*, deliveries.delivery_id, deliveries.is_synthetic, deliveries.loaded_at
    from {{ ref(model) }} as rows_of_batch
    inner join {{ ref('stg_ingest__deliveries') }} as deliveries
        on rows_of_batch.batch_id = deliveries.batch_id
    where deliveries.is_current
{%- endmacro %}
