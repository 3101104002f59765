select
    {{ settlement_columns() }}
from {{ source('platform', 'outmed_setl_d') }}
