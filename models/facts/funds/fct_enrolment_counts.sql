{{ rows_of_funds('stg_bureau__enrolment_counts', ['insured_division', 'insutype', 'count_year', 'status'], ['enrolled', 'paying'],
    'count_year') }}
