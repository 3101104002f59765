"""Pipeline: ingest, transform, validate, publish, in that order, and the summary of a run."""
