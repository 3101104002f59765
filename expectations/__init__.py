"""Great Expectations: the rules of medfund, its suites, and what GX needs to read DuckDB and to work without internet."""
