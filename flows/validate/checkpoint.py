"""Run the suites through a GX checkpoint over the warehouse, and write Data Docs that open without internet."""

from __future__ import annotations

import html
import logging
import shutil
from pathlib import Path
from typing import Any

import duckdb
import yaml

from flows.errors import ContractError
from flows.settings import PROJECT_DIR
from flows.validate.gate import CheckOutcome

SUITES_DIR = PROJECT_DIR / "expectations" / "suites"


def load_suites(folder: Path = SUITES_DIR) -> list[dict[str, Any]]:
    """Load every suite: the YAML files of `folder`, in GX's own form, and those made from the extract contracts.

    Raises:
        ContractError: a suite lacks its table, or a check its rule id, or two checks of a suite share one.

    """
    from expectations.contract_suites import contract_suites

    suites = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))]
    for suite in suites:
        rules = [check.get("meta", {}).get("rule") for check in suite.get("expectations", [])]
        if not rules or None in rules or len(set(rules)) < len(rules):
            raise ContractError(f"{folder}, suite {suite.get('name')}: each check needs a meta.rule of its own")
        if not {"schema", "table"} <= set(suite.get("meta", {})):
            raise ContractError(f"{folder}, suite {suite.get('name')}: meta must name schema and table")
    return suites + contract_suites()


def suites_with_rows(warehouse: Path, suites: list[dict[str, Any]]) -> set[str]:
    """Return the names of the suites whose table holds a row. One that is not there, or cannot be read, counts as empty."""
    found = set()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for suite in suites:
            relation = f'"{suite["meta"]["schema"]}"."{suite["meta"]["table"]}"'
            try:
                # not counted: that would read every row of the lake
                if connection.execute(f"select exists (from {relation})").fetchone()[0]:
                    found.add(suite["name"])
            except duckdb.Error:
                continue
    return found


def run_checkpoint(warehouse: Path, suites: list[dict[str, Any]], run_name: str, data_docs: Path) -> list[CheckOutcome]:
    """Run every suite over its table in `warehouse` (opened read-only) and put Data Docs into `data_docs`.

    Returns one outcome per check that ran; a suite whose table is missing returns none, which the gate notices.
    """
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    import expectations.border_rules
    import expectations.budget_rules
    import expectations.claims_rules
    import expectations.fund_rules
    import expectations.performance_rules
    import expectations.rules  # noqa: F401 (they register the custom expectations)
    from expectations.duckdb_dialect import warehouse_url

    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    context.delete_data_docs_site("local_site")
    source = context.data_sources.add_sql("warehouse", connection_string=warehouse_url(warehouse))
    try:
        definitions = [d for suite in suites if (d := _definition(context, source, suite)) is not None]
        runs = []
        if definitions:  # GX does not run a checkpoint of none
            checkpoint = context.checkpoints.add(
                gx.Checkpoint(name="warehouse", validation_definitions=definitions, result_format="COMPLETE")
            )
            runs = list(checkpoint.run(run_id=gx.RunIdentifier(run_name=run_name)).run_results.values())
        _write_data_docs(context, data_docs)
    finally:
        # a GX data source holds two engines; both must let go of the file before anybody writes to it
        source.get_execution_engine().engine.dispose()
        source.get_engine().dispose()
    return [_outcome(run.suite_name, check) for run in runs for check in run.results]


def _definition(context: Any, source: Any, suite: dict[str, Any]) -> Any:
    """Pair a suite with its table; None when the table is not there."""
    import great_expectations as gx
    from great_expectations.datasource.fluent.interfaces import TestConnectionError
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    schema, table = suite["meta"]["schema"], suite["meta"]["table"]
    try:
        asset = source.add_table_asset(f"{schema}.{table}", table_name=table, schema_name=schema)
    except TestConnectionError:
        return None
    # GX drops a dict that it cannot read from a suite without a word; built one by one, each raises
    checks = [ExpectationConfiguration(**check).to_domain_obj() for check in suite["expectations"]]
    gx_suite = context.suites.add(gx.ExpectationSuite(name=suite["name"], expectations=checks, meta=suite["meta"]))
    batch = asset.add_batch_definition_whole_table("all")
    return context.validation_definitions.add(gx.ValidationDefinition(name=suite["name"], data=batch, suite=gx_suite))


def _outcome(suite: str, check: Any) -> CheckOutcome:
    """Read one GX result; `exception_info` has two shapes."""
    config = check.expectation_config
    info = check.exception_info or {}
    raised = [i for i in ([info] if "raised_exception" in info else info.values()) if i.get("raised_exception")]
    result = check.result or {}
    failing = result.get("unexpected_count")
    if failing is None:
        observed = result.get("observed_value")
        failing = observed if isinstance(observed, int) else 0 if check.success else 1
    rows = (result.get("details") or {}).get("unexpected_rows") or [
        {"value": str(value)} for value in result.get("partial_unexpected_list") or []
    ]
    return CheckOutcome(
        suite=suite,
        rule=config.meta["rule"],
        severity=getattr(config.severity, "value", str(config.severity)),
        status="crashed" if raised else "passed" if check.success else "failed",
        who_fixes=config.meta.get("who_fixes", "us"),
        description=config.description or "",
        failing_count=0 if check.success else int(failing),
        message=raised[0].get("exception_message", "") if raised else "",
        failing_rows=() if check.success else tuple(dict(row) for row in rows),
    )


def _escape_values(context: Any) -> None:
    """Escape what the checks observed, in the results that the pages are made from: GX writes it into them as HTML.

    Without it a value such as `<img src=…>`, which a sender may have delivered, acts in the reader's browser.
    """
    store = context.validation_results_store
    for key in store.list_keys():
        results = store.get(key)
        for check in results.results:
            check.result, check.exception_info = _escaped(check.result), _escaped(check.exception_info)
        store.set(key, results)


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return html.escape(value, quote=False)
    if isinstance(value, dict):
        return {name: _escaped(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(inner) for inner in value]
    return value


def _write_data_docs(context: Any, target: Path) -> None:
    """Build the pages aside, make them whole without internet, and swap the folder."""
    from expectations.offline_docs import make_offline

    aside, old = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")
    for folder in (aside, old):
        shutil.rmtree(folder, ignore_errors=True)
    context.add_data_docs_site(
        site_name="data_docs",
        site_config={
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "show_cta_footer": False},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(aside)},
        },
    )
    _escape_values(context)
    context.build_data_docs(site_names=["data_docs"])
    make_offline(aside)
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)
