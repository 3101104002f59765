{{ rows_of_funds('stg_bureau__fund_collection', ['insured_division', 'insutype', 'collection_year'], ['due', 'contribution_base'],
    'collection_year') }}
