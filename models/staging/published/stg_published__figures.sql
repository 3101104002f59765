select
    -- ids
    document as document_id,
    seq as figure_no,
    table_id,
    batch_id,
    -- the address
    region,
    period,
    version,
    fund,
    benefit_category,
    care_area,
    institution_level,
    institution,
    item,
    measure,
    -- what is printed
    value as printed_value,
    value_number,
    value_decimals as printed_decimals,
    unit as printed_unit,
    qualifier,
    direction,
    empty_reason,
    -- where it is printed
    section,
    row_no,
    column_no,
    row_label,
    column_label,
    line as document_line,
    -- where the row comes from
    source_file,
    source_line
from {{ source('published', 'figures') }}
