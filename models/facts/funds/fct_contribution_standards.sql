{{ rows_of_funds('stg_bureau__contribution_standards', ['insured_division', 'insutype', 'standard_year'],
    ['individual_amount', 'fiscal_amount'], 'standard_year') }}
