select
    {{ settlement_columns() }}
from {{ source('platform', 'setl_d') }}
