"""The extract contracts: models/sources/*.yml read once, for the loader and for Great Expectations.

dbt reads the same files as its sources, so a column stands in one place only. What the keys under
`config.meta` mean is written at the top of models/sources/published.yml.
"""

from __future__ import annotations

import csv
import hashlib
import json
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from flows.errors import ContractError
from flows.settings import PROJECT_DIR

SOURCES_DIR = PROJECT_DIR / "models" / "sources"
SEEDS_DIR = PROJECT_DIR / "seeds"


class Codes(BaseModel):
    """The list that a coded value must stand in: values, or a column of a seed, or of several seeds."""

    model_config = ConfigDict(extra="forbid")

    values: list[str] = []
    seed: str | None = None
    column: str | None = None
    also: list[Codes] = []
    suffixes: list[str] = []
    suffixes_where: str | None = None

    @property
    def expected(self) -> str:
        """What a person may write, or where the list of it stands, for messages."""
        seeds = [_seed_path(codes.seed) for codes in (self, *self.also) if codes.seed]
        places = " or ".join(str(path.relative_to(SEEDS_DIR.parent)) for path in seeds)
        said = [f"one of {', '.join(self.values)}"] if self.values else []
        said += [f"a code of {places}"] if seeds else []
        if self.suffixes:
            where = f" where {self.suffixes_where} is true there" if self.suffixes_where else ""
            said.append(f"such a code with {' or '.join(self.suffixes)}{where}")
        return ", or ".join(said)

    def members(self) -> set[str]:
        """Return every code of the list, with the suffixes that the contract lets follow it."""
        found = set(self.values)
        for row in _read_seed(self.seed) if self.seed else []:
            if self.column not in row:
                raise ContractError(
                    f"models/sources names the column {self.column!r} of {_seed_path(self.seed)}; it is not there"
                )
            found.add(row[self.column])
            if not self.suffixes_where or row[self.suffixes_where] == "true":
                found |= {row[self.column] + suffix for suffix in self.suffixes}
        return found.union(*(codes.members() for codes in self.also))


class Column(BaseModel):
    """One column of a contract. `of` names the delivered column that a parsed column is read from."""

    model_config = ConfigDict(extra="forbid")

    name: str
    data_type: str
    description: str
    type: str
    label_zh: str
    nullable: bool = True
    codes: Codes | None = None
    # drop and token come with the first source that carries persons; until then a contract may not promise them
    pii: Literal["keep"] = "keep"
    of: str | None = None


class OneValue(BaseModel):
    """Rows that agree in `within` and `address` must agree in `value_column`."""

    model_config = ConfigDict(extra="forbid")

    within: list[str]
    address: list[str]
    value_column: str


class Table(BaseModel):
    """The contract of one table of a source system."""

    source: str
    name: str
    label_zh: str
    columns: list[Column]
    unique_key: list[str] = []
    one_value: OneValue | None = None

    @cached_property
    def delivered(self) -> list[Column]:
        """Return the columns that a delivery carries, in the contract's order."""
        return [column for column in self.columns if column.of is None]

    def parsed_from(self, name: str) -> list[Column]:
        """Return the columns that the loader adds to the delivered column `name`."""
        return [column for column in self.columns if column.of == name]

    def fingerprint(self) -> str:
        """Hash the contract with its code lists: what decides whether a row fits.

        A label or a description may change without rows being read again.
        """
        rules = [
            (
                c.name,
                c.data_type,
                c.type,
                c.nullable,
                c.pii,
                c.of,
                sorted(c.codes.members()) if c.codes else None,
            )
            for c in self.columns
        ]
        one_value = self.one_value.model_dump() if self.one_value else None
        text = json.dumps([rules, self.unique_key, one_value], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def _seed_path(seed: str | None) -> Path:
    found = sorted(SEEDS_DIR.glob(f"**/{seed}.csv"))
    if len(found) != 1:
        raise ContractError(f"models/sources names the seed {seed!r}; under seeds/ there are {len(found)} of that name")
    return found[0]


@cache
def _read_seed(seed: str) -> list[dict[str, str]]:
    with _seed_path(seed).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _read_table(source: str, raw: dict[str, Any]) -> Table:
    meta = raw.get("config", {}).get("meta", {})
    columns = [
        Column(
            name=column["name"],
            data_type=column["data_type"],
            description=column["description"],
            **column.get("config", {}).get("meta", {}),
        )
        for column in raw["columns"]
    ]
    return Table(source=source, name=raw["name"], columns=columns, **meta)


@cache
def load_contracts(sources_dir: Path = SOURCES_DIR) -> dict[str, dict[str, Table]]:
    """Read every contract: source name → table name → contract.

    Sources that the loader writes itself (`written_by: loader`) are left out.

    Raises:
        ContractError: a file is not a valid contract, or names a seed that does not exist.

    """
    contracts: dict[str, dict[str, Table]] = {}
    for path in sorted(sources_dir.glob("*.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            if source.get("config", {}).get("meta", {}).get("written_by") == "loader":
                continue
            try:
                tables = [_read_table(source["name"], raw) for raw in source["tables"]]
            except (KeyError, TypeError, ValueError) as error:
                raise ContractError(f"{path}: source {source.get('name')}: {error}") from error
            contracts[source["name"]] = {table.name: table for table in tables}
    return contracts
