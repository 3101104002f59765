{{ rows_of_funds('stg_bureau__budget_items', ['insured_division', 'insutype', 'budget_year', 'item'], ['amount'], 'budget_year') }}
