"""The fixtures of claims_build, for the tests of this folder."""

from claims_build import manifest, new_build, new_warehouse, seeded

__all__ = ["manifest", "new_build", "new_warehouse", "seeded"]
