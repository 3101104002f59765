{{ rows_of_funds('stg_bureau__paying_counts', ['insured_division', 'insutype', 'budget_year', 'counted_on'], ['persons'], 'budget_year') }}
