"""A model's source as far as an engine reads it."""

from __future__ import annotations

import re

COMMENT = re.compile(r"--[^\n]*|\{#.*?#\}", re.DOTALL)


def without_comments(source: str) -> str:
    """Return SQL or a dbt template without its comments; lines keep their numbers."""
    return COMMENT.sub(lambda match: "\n" * match.group().count("\n"), source)
