"""Transform: the lake in, staging, facts and marts out, by dbt. See flow.py for the recipe."""
