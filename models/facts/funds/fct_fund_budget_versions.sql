{{ rows_of_funds('stg_bureau__fund_budget_versions', ['insured_division', 'insutype', 'budget_year', 'version_no'],
    ['budget_version', 'adjusts', 'approved_on'], 'budget_year') }}
