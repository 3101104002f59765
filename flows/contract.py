"""The extract contracts: models/sources/**/*.yml read once, for the loader and for Great Expectations.

dbt reads the same files as its sources, so a column stands in one place only; a source may span several files. What the
keys under `config.meta` mean is written at the top of models/sources/published.yml.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from flows.errors import ContractError
from flows.settings import PROJECT_DIR

SOURCES_DIR = PROJECT_DIR / "models" / "sources"
SEEDS_DIR = PROJECT_DIR / "seeds"
# libyaml reads the contracts in a tenth of the time, where PyYAML was built with it
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

ColumnType = Literal["text", "integer", "decimal", "date", "timestamp", "printed_number", "parsed_number", "parsed_decimals"]


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
    type: ColumnType
    label_zh: str
    nullable: bool = True
    unit: str | None = None
    aliases: list[str] = []
    codes: Codes | None = None
    pii: Literal["keep", "token", "drop"] = "keep"
    of: str | None = None

    @model_validator(mode="after")
    def _tokens_are_text(self) -> Column:
        if self.pii == "token" and (self.data_type, self.type) != ("varchar", "text"):
            raise ValueError(f"{self.name}: a token is text, not {self.data_type}")
        if self.type == "decimal" and not re.fullmatch(r"decimal\([0-9]+, ?[0-9]+\)", self.data_type):
            raise ValueError(f"{self.name}: the data_type of a decimal is decimal(digits,decimals), not {self.data_type}")
        return self

    @property
    def is_number(self) -> bool:
        """Whether the column can have a control total."""
        return self.type in {"integer", "decimal", "printed_number"} and self.pii == "keep"

    @property
    def digits(self) -> tuple[int, int]:
        """Digits in all and decimals of a column of type decimal."""
        whole, decimals = re.findall(r"[0-9]+", self.data_type)
        return int(whole), int(decimals)


class OneValue(BaseModel):
    """Rows that agree in `within` and `address` must agree in `value_column`."""

    model_config = ConfigDict(extra="forbid")

    within: list[str]
    address: list[str]
    value_column: str


class NegativeOnlyWhere(BaseModel):
    """Amounts in `of` may be negative only in rows whose `column` has one of `values`."""

    model_config = ConfigDict(extra="forbid")

    column: str
    values: list[str]
    of: list[str]


class Table(BaseModel):
    """The contract of one table of a source system; `file` is where it stands, for messages."""

    model_config = ConfigDict(extra="forbid")

    source: str
    name: str
    file: str
    label_zh: str
    columns: list[Column]
    unique_key: list[str] = []
    one_value: OneValue | None = None
    negative_only_where: NegativeOnlyWhere | None = None
    not_after_sending: list[str] = []

    @model_validator(mode="after")
    def _rules_name_columns(self) -> Table:
        """Refuse a rule over a column that does not reach the lake, and headings that name two columns."""
        known = {column.name for column in self.kept}
        signed = self.negative_only_where
        named = [*self.unique_key, *self.not_after_sending, *([signed.column, *signed.of] if signed else [])]
        if unknown := sorted(set(named) - known):
            raise ValueError(f"table {self.name}: a rule names {', '.join(unknown)}, which is no column that is kept")
        headings = [h.casefold() for c in self.delivered for h in {c.name, c.label_zh, *c.aliases}]
        if twice := sorted({h for h in headings if headings.count(h) > 1}):
            raise ValueError(f"table {self.name}: {', '.join(twice)} names two columns")
        return self

    @cached_property
    def delivered(self) -> list[Column]:
        """Return the columns that a delivery may carry, in the contract's order."""
        return [column for column in self.columns if column.of is None]

    @cached_property
    def kept(self) -> list[Column]:
        """Return the delivered columns that reach the lake; the others (`pii: drop`) are not even read."""
        return [column for column in self.delivered if column.pii != "drop"]

    @cached_property
    def in_lake(self) -> list[Column]:
        """Return the columns of the lake's Parquet: what is kept and what the loader parses from it."""
        return [column for column in self.columns if column.pii != "drop"]

    @property
    def holds_persons(self) -> bool:
        """Whether a row may name a person: then its raw text is kept nowhere."""
        return any(column.pii != "keep" for column in self.columns)

    @property
    def needs_tokens(self) -> bool:
        """Whether a column is to be replaced by keyed tokens."""
        return any(column.pii == "token" for column in self.columns)

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)

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
        parts = [rules, self.unique_key, one_value]
        if self.negative_only_where or self.not_after_sending:
            signed = self.negative_only_where.model_dump() if self.negative_only_where else None
            parts += [signed, self.not_after_sending]
        text = json.dumps(parts, ensure_ascii=False)
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


def _read_table(source: str, raw: dict[str, Any], file: str) -> Table:
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
    return Table(source=source, name=raw["name"], columns=columns, file=file, **meta)


@cache
def load_contracts(sources_dir: Path = SOURCES_DIR) -> dict[str, dict[str, Table]]:
    """Read every contract: source name → table name → contract.

    Sources that the loader writes itself (`written_by: loader`) are left out.

    Raises:
        ContractError: a file is not a valid contract, two files have a table of one name, or a seed does not exist.

    """
    contracts: dict[str, dict[str, Table]] = {}
    for path in sorted(sources_dir.rglob("*.yml")):
        file = f"models/sources/{path.relative_to(sources_dir).as_posix()}"
        for source in yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)["sources"]:
            if source.get("config", {}).get("meta", {}).get("written_by") == "loader":
                continue
            tables = contracts.setdefault(source["name"], {})
            try:
                for table in (_read_table(source["name"], raw, file) for raw in source["tables"]):
                    if table.name in tables:
                        raise ValueError(f"table {table.name} stands in {tables[table.name].file} too")
                    tables[table.name] = table
            except (KeyError, TypeError, ValueError) as error:
                raise ContractError(f"{path}: source {source.get('name')}: {error}") from error
    return contracts
