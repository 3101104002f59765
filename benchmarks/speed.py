"""How fast is the consistency engine? `make bench` makes cubes of figures that add up and runs it on them."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import duckdb

from benchmarks.engine import Step, open_engine
from flows.settings import get_settings

# Leaves of one document: 2 funds, 4 inpatient categories, 4 care areas, 4 levels. Each base measure is a sum over them,
# at every combination of subtotals; ratios and means are printed with 1 or 2 decimals.
_LEAVES = """
    select document_no, fund, category, area, level,
        1 + hash(document_no, fund, category, area, level) % 900 as visits
    from range({documents}) documents(document_no),
        (values ('resident'), ('employee')) funds(fund),
        (values ('ordinary_inpatient'), ('trauma_inpatient'), ('psychiatric_inpatient'), ('day_surgery')) categories(category),
        (values ('in_county'), ('in_city'), ('in_province'), ('out_of_province')) areas(area),
        (values ('tertiary'), ('secondary'), ('primary'), ('unrated')) levels(level)
"""
_CUBE = """
    select document_no, fund, coalesce(category, 'inpatient') as category, coalesce(area, 'all') as area,
        coalesce(level, 'all') as level, sum(visits)::bigint as visits, sum(visits * (3 + visits % 7))::bigint as bed_days,
        sum(visits * 4321.17)::decimal(28, 2) as total_cost, sum(visits * 3210.09)::decimal(28, 2) as policy_cost,
        sum(visits * 2100.05)::decimal(28, 2) as basic_paid, sum(visits * 111.01)::decimal(28, 2) as serious_paid,
        sum(visits * 87.33)::decimal(28, 2) as assistance_paid
    from leaves
    group by document_no, fund, grouping sets (
        (category, area, level), (category, area), (category, level), (area, level), (category), (area), (level), ()
    )
"""
_MEASURES = {
    "visits": ("visits", 0, "visit"),
    "bed_days": ("bed_days", 0, "day"),
    "total_cost": ("total_cost", 2, "yuan"),
    "policy_cost": ("policy_cost", 2, "yuan"),
    "basic_paid": ("basic_paid", 2, "yuan"),
    "serious_paid": ("serious_paid", 2, "yuan"),
    "assistance_paid": ("assistance_paid", 2, "yuan"),
    "total_paid": ("basic_paid + serious_paid + assistance_paid", 2, "yuan"),
    "cost_per_visit": ("round(total_cost / visits, 2)", 2, "yuan"),
    "mean_bed_days": ("round(bed_days / visits, 1)", 1, "day"),
    "actual_ratio": ("round(100 * (basic_paid + serious_paid + assistance_paid) / total_cost, 2)", 2, "pct"),
    "policy_ratio": ("round(100 * (basic_paid + serious_paid + assistance_paid) / policy_cost, 2)", 2, "pct"),
}
FIGURES_PER_DOCUMENT = 2 * 5 * 5 * 5 * len(_MEASURES)


def make_cube(connection: duckdb.DuckDBPyConnection, figures: int) -> int:
    """Replace the printed figures by a cube of at least so many that add up; returns how many there are."""
    documents = -(-figures // FIGURES_PER_DOCUMENT)
    parts = " union all ".join(
        f"select *, '{measure}' as measure, cast({expression} as decimal(28, 8)) as value, {decimals} as decimals, "
        f"'{unit}' as unit from cube"
        for measure, (expression, decimals, unit) in _MEASURES.items()
    )
    connection.execute(
        f"""
        create or replace table facts.fct_published_figures as
        with leaves as ({_LEAVES.format(documents=documents)}), cube as ({_CUBE}), long as ({parts}),
        numbered as (select *, row_number() over (partition by document_no) as n,
            cast(case when decimals = 0 then 0 else 0.5 / pow(10, decimals) end as decimal(28, 8)) as half from long)
        select 'cube' || document_no || ':' || n as figure_id, 'cube' || document_no as document_id, n::bigint as figure_no,
            'T01' as table_id, 'shandan' as region, '2025H1' as period, 'actual' as version, fund,
            category as benefit_category, area as care_area, level as institution_level, 'all' as institution,
            'none' as item, measure, '' as address_id, unit, value, value - half as value_low, value + half as value_high,
            half as half_unit, half = 0 as is_exact, null::varchar as value_bound, null::varchar as empty_reason,
            value::varchar as printed_value, decimals as printed_decimals, null::varchar as printed_unit,
            null::varchar as qualifier, null::varchar as direction, '' as section, n::bigint as row_no, 1::bigint as column_no,
            '' as row_label, measure as column_label, n::bigint as document_line, '' as source_file, n::bigint as source_line,
            '' as delivery_id, '' as batch_id
        from numbered
        """
    )
    connection.execute(
        f"create or replace table facts.dim_documents as select 'cube' || n as document_id, '' as title, "
        f"'issuer' || n as issuer, null::varchar as document_number, null::date as issued_on, 'shandan' as region, "
        f"'2025H1' as period, "
        f"'' as text_file, '' as delivery_id, '' as batch_id, true as is_synthetic from range({documents}) r(n)"
    )
    connection.execute(
        f"create or replace table facts.dim_published_tables as select 'cube' || n as document_id, 'T01' as table_id, "
        f"'' as title, '' as section, null::varchar as table_unit, 'unknown' as blank_means, 1::bigint as first_line, "
        f"1::bigint as last_line, '' as delivery_id, '' as batch_id from range({documents}) r(n)"
    )
    return connection.execute("select count(*) from facts.fct_published_figures").fetchone()[0]


def time_steps(connection: duckdb.DuckDBPyConnection, steps: list[Step]) -> list[tuple[str, float]]:
    """Run the engine; return the seconds of each step."""
    seconds = []
    for step in steps:
        started = time.perf_counter()
        connection.execute(step.create)
        seconds.append((step.relation.replace('"', "").split(".", 1)[1], time.perf_counter() - started))
    return seconds


def bench(warehouse: Path, manifest: Path, figures: int, show_steps: bool = False) -> tuple[int, float, int]:
    """Make a cube and run the engine on it; returns figures, seconds and inconsistent checks (there should be none)."""
    connection, steps = open_engine(warehouse, manifest)
    made = make_cube(connection, figures)
    seconds = time_steps(connection, steps)
    if show_steps:
        for name, spent in sorted(seconds, key=lambda step: -step[1])[:8]:
            print(f"    {name:<48} {spent:6.2f} s")
    found = connection.execute("select count(*) from marts.consistency_checks where status = 'inconsistent'").fetchone()[0]
    connection.close()
    return made, sum(spent for _, spent in seconds), found


def main() -> None:
    """Print seconds and figures a second for growing cubes: the cost should grow with their size, no faster."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figures", type=int, nargs="+", default=[125_000, 250_000, 500_000, 1_000_000])
    settings = get_settings()
    for figures in parser.parse_args().figures:
        made, seconds, found = bench(settings.warehouse, settings.dbt_target / "manifest.json", figures, show_steps=True)
        print(f"{made:>9,} figures  {seconds:6.1f} s  {made / seconds:>9,.0f} figures/s  {found} inconsistent")


if __name__ == "__main__":
    main()
