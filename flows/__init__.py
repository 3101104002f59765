"""Prefect flows that load deliveries, build the warehouse, check it and publish it."""
