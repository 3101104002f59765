"""Validate: Great Expectations over raw, facts and marts, and the gate that decides whether the warehouse is published."""
