"""Ingest: deliveries in, lake batches out. See flow.py for the recipe."""
