"""What a run shows a person: progress lines as it goes."""

from __future__ import annotations

from rich.console import Console

console = Console(stderr=True, highlight=False, soft_wrap=True)


def say(message: str) -> None:
    """Print one line of progress, for a person; rich markup is understood."""
    console.print(message)
