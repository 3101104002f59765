"""fct_claims grows by months: a run rebuilds the months that its batches touch, and gives what a full refresh gives."""

from __future__ import annotations

import duckdb
import pytest
from claims_build import MONTHLY
from claims_lake import reversal, settlement
from claims_reference import Batch, current, expected_claims, touched_months
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

CLAIMS = """
    select
        settlement_id, strftime(settlement_month, '%Y-%m'), cast(total_cost as varchar), visits, is_reversal,
        strftime(reversed_settlement_month, '%Y-%m'), is_reversed, counts_net, batch_id
    from facts.fct_claims order by settlement_id
"""
# persons as they are kept by months, and asked of all claims
PERSONS = """
    select person_token, settled_at, sex, person_type, birth_year_said_at, birth_year
    from staging.bridge_persons order by all
"""
PERSONS_OF_CLAIMS = """
    with ranked as (
        select
            *,
            row_number() over (partition by person_token order by settled_at desc, sex desc, person_type desc) as place,
            row_number() over (
                partition by person_token, birth_year is null order by settled_at desc, birth_year desc
            ) as birth_place
        from facts.fct_claims
    )
    select latest.person_token, latest.settled_at, latest.sex, latest.person_type, births.settled_at, births.birth_year
    from ranked as latest
    left join ranked as births
        on latest.person_token = births.person_token and births.birth_year is not null and births.birth_place = 1
    where latest.place = 1
    order by all
"""


def at(month: int, day: int = 10) -> str:
    return f"2024-{month:02d}-{day:02d} 09:00:00"


def claim(name: str, month: int, **values: object):
    return settlement(name, setl_time=at(month), **values)


class History:
    """A build, and the batches that were put into its lake, for the reference."""

    def __init__(self, build, readers: bool = False) -> None:
        self.build = build
        self._readers = readers
        self.batches: list[Batch] = []
        self._taken_in: list[Batch] = []
        self._loads = 0

    def load(self, delivery: str, *rows, revision: int = 1, elsewhere=()) -> None:
        tables = {"setl_d": list(rows)} | ({"outmed_setl_d": list(elsewhere)} if elsewhere else {})
        batch = self.build.lake.add(delivery, tables, revision=revision)
        self._loads += 1
        self.batches.append(Batch(batch, delivery, revision, self._loads, tables))

    def take_out(self, batch: Batch) -> None:
        self.build.lake.remove(batch.batch_id)
        self.batches.remove(batch)

    def rebuild(self) -> set[str]:
        """Run, compare with the reference, and return the months that were rebuilt."""
        before = {row[0]: row for row in self.build.claims()} if self._taken_in else {}
        self.build.rebuild(readers=self._readers)
        assert self.build.query(CLAIMS) == expected_claims(self.batches)
        if self._readers:
            assert self.build.query(PERSONS) == self.build.query(PERSONS_OF_CLAIMS)
        if not self._taken_in:
            self._taken_in = list(self.batches)
            return set()
        rebuilt = self.build.rebuilt_months()
        assert rebuilt <= touched_months(self._taken_in, self.batches)
        after = {row[0]: row for row in self.build.claims()}
        month = 4
        different = [
            row
            for name in before.keys() | after.keys()
            if before.get(name) != after.get(name)
            for row in (before.get(name), after.get(name))
            if row
        ]
        assert {str(row[month])[:7] for row in different} <= rebuilt
        self._taken_in = list(self.batches)
        return rebuilt


@pytest.fixture
def history(new_build) -> History:
    return History(new_build())


def test_a_run_rebuilds_the_months_that_its_batches_touch(history):
    original = claim("S1", 1)
    history.load("january", original, claim("S2", 1))
    history.load("february", claim("S3", 2))
    history.rebuild()
    # nothing new: nothing is rebuilt
    assert history.rebuild() == set()
    # a month of its own
    history.load("march", claim("S4", 3))
    assert history.rebuild() == {"2024-03"}
    # a reversal in a later month marks its original
    history.load("april", reversal("R1", original, setl_time=at(4)), claim("S5", 4))
    assert history.rebuild() == {"2024-01", "2024-04"}
    # a late correction moves a claim to another month
    history.load("may", claim("S3", 5, medfee_sumamt=1200, updt_time=at(6)))
    assert history.rebuild() == {"2024-02", "2024-05"}
    # a revision that leaves the reversal out: the original counts again
    history.load("april", claim("S5", 4), revision=2)
    assert history.rebuild() == {"2024-01", "2024-04"}
    # the correction is taken back, with its whole delivery: its month is empty again
    history.load("may", revision=2)
    assert history.rebuild() == {"2024-02", "2024-05"}
    # what was built step by step is what a full refresh builds, column by column
    step_by_step = history.build.claims()
    history.build.rebuild(fingerprint="another code")
    assert history.build.claims() == step_by_step


def test_a_reversal_that_comes_before_its_original_is_linked_when_it_comes(history):
    original = claim("S1", 3)
    history.load("april", reversal("R1", original, setl_time=at(4)))
    history.rebuild()
    history.load("march", original, claim("S2", 3))
    assert history.rebuild() == {"2024-03", "2024-04"}


def test_a_record_that_is_made_invalid_goes_out_and_comes_back_with_its_batch(history):
    history.load("january", claim("S1", 1), claim("S2", 1))
    history.rebuild()
    history.load("february", claim("S1", 2, vali_flag="0", updt_time=at(2)))
    assert history.rebuild() == {"2024-01", "2024-02"}
    history.take_out(history.batches[-1])
    assert history.rebuild() == {"2024-01", "2024-02"}


def test_a_change_in_the_register_of_institutions_rebuilds_the_months_of_their_claims(history):
    build = history.build
    history.load("january", claim("S1", 1), claim("S2", 3), claim("S3", 3, fixmedins_code="H62072500002"))
    hospital = {
        "fixmedins_code": "H62072500001",
        "fix_blng_admdvs": "620725",
        "fixmedins_name": "县医院",
        "fixmedins_type": "1",
        "hosp_lv": "05",
        "begntime": "2020-01-01",
        "vali_flag": "1",
        "updt_time": at(1),
    }
    build.lake.add("institutions_1", {"fixmedins_b": [hospital]})
    build.rebuild()
    levels = "select settlement_id, institution_level from facts.fct_claims order by 1"
    assert build.query(levels) == [("S1", "secondary"), ("S2", "secondary"), ("S3", "secondary")]
    # the same said again changes nothing; a promotion from February changes what is settled from then on
    build.lake.add("institutions_2", {"fixmedins_b": [hospital | {"updt_time": at(2)}]})
    build.rebuild()
    assert build.rebuilt_months() == set()
    build.lake.add("institutions_3", {"fixmedins_b": [hospital | {"hosp_lv": "02", "begntime": "2024-02-01"}]})
    build.rebuild()
    assert build.rebuilt_months() >= {"2024-03"}
    assert build.query(levels) == [("S1", "secondary"), ("S2", "tertiary"), ("S3", "secondary")]


def test_what_is_made_by_months_follows_the_months(new_build):
    history = History(new_build(), readers=True)
    persons = "select sex, birth_year from staging.bridge_persons"
    broken = (
        "select strftime(settlement_month, '%Y-%m'), settlement_id from staging.int_claims__found_by_month "
        "where rule = 'payers_sum' order by all"
    )
    counted = (
        "select strftime(settlement_month, '%Y-%m'), sum(visits) from staging.int_operations__claims_of_months "
        "group by 1 order by 1"
    )
    # the later of them does not give the birth year
    later = settlement("S2", medfee_sumamt=1, brdy=None, setl_time=at(1, 28))
    history.load("january", claim("S1", 1), later)
    history.rebuild()
    assert history.build.query(persons) == [("male", 1970)]
    assert {name for _, name in history.build.query(broken)} == {"S2"}
    # the latest word on the sex, from a settlement that does not give the birth year
    history.load("march", claim("S3", 3, gend="2", brdy=None, medfee_sumamt=3))
    assert history.rebuild() == {"2024-03"}
    assert history.build.query(persons) == [("female", 1970)]
    assert {month for month, _ in history.build.query(broken)} == {"2024-01", "2024-03"}
    # it is taken back: what an older month said holds again, though only March is built
    history.load("march", revision=2)
    assert history.rebuild() == {"2024-03"}
    assert history.build.query(persons) == [("male", 1970)]
    assert {month for month, _ in history.build.query(broken)} == {"2024-01"}
    assert history.build.query(counted) == [("2024-01", 2)]
    # nothing is left of the person
    history.load("january", revision=2)
    history.rebuild()
    assert history.build.query(persons) == history.build.query(broken) == history.build.query(counted) == []


def test_a_run_that_is_cut_off_is_made_good_by_the_next(history):
    history.load("january", claim("S1", 1))
    history.load("february", claim("S2", 2))
    history.rebuild()
    before = history.build.claims()
    history.load("january", claim("S9", 1), revision=2)
    # the month has been taken out and put in again when the run dies at its last statement
    history.build.break_register()
    outcome = history.build.dbt("run", "--select", *MONTHLY, succeeds=False)
    assert [r.node.name for r in outcome.result.results if str(r.status) == "error"] == ["fct_claims"]
    assert history.build.rebuilt_months() == {"2024-01"}
    assert history.build.claims() == before
    history.build.mend_register()
    assert history.rebuild() == {"2024-01"}


def test_facts_without_records_are_built_anew_by_another_code(history):
    history.build.rebuild()
    columns = "select column_name from duckdb_columns() where table_name = 'fct_claims'"
    before = history.build.query(columns)
    with duckdb.connect(str(history.build.database)) as connection:
        connection.execute("alter table facts.fct_claims add column of_former_code integer")
    history.build.rebuild(fingerprint="another code")
    assert history.build.query(columns) == before


UNIQUE = "unique_record_fct_claims_settlement_id"


def _says_unique(history: History) -> tuple[str, bool]:
    """Build the claims and their test, as a run does: what the test says, and whether it looked at some months alone."""
    outcome = history.build.dbt("build", "--indirect-selection", "empty", "--select", *MONTHLY, UNIQUE, succeeds=False)
    (test,) = (result for result in outcome.result.results if result.node.name == UNIQUE)
    return str(test.status), "as unproved" in test.node.compiled_code


def test_a_build_looks_for_records_that_stand_twice_in_the_months_that_nobody_proved(history):
    history.load("january", claim("S1", 1))
    history.load("february", claim("S2", 2))
    assert _says_unique(history) == ("pass", False)
    history.load("march", claim("S3", 3))
    assert _says_unique(history) == ("pass", True)
    # a record of a month that is rebuilt, and its like in one that stands
    history.load("april", claim("S4", 4))
    _insert_again(history, "settlement_id = 'S3'", "'S4' as settlement_id")
    assert _says_unique(history) == ("fail", True)
    # no month is built now, and what failed fails again
    assert history.build.rebuilt_months() == {"2024-04"}
    assert _says_unique(history) == ("fail", False)
    assert history.build.rebuilt_months() == set()
    _delete_again(history)
    assert _says_unique(history) == ("pass", False)
    # what was proved is believed by a build, but not by dbt test, and not after it
    _insert_again(history, "settlement_id = 'S1'", "'S2' as settlement_id")
    assert _says_unique(history) == ("pass", True)
    history.build.dbt("test", "--select", UNIQUE, succeeds=False)
    assert _says_unique(history) == ("fail", False)


def _insert_again(history: History, which: str, changes: str) -> None:
    """Put a claim into the facts behind the build's back: one that stands, with changes."""
    with duckdb.connect(str(history.build.database)) as connection:
        copied = f"select * replace ({changes}, 'behind' as delivery_id) from facts.fct_claims where {which}"
        connection.execute(f"insert into facts.fct_claims {copied}")


def _delete_again(history: History) -> None:
    with duckdb.connect(str(history.build.database)) as connection:
        connection.execute("delete from facts.fct_claims where delivery_id = 'behind'")


def test_a_code_that_its_dimension_lacks_is_found_once_for_all_its_claims(history):
    history.load("january", claim("S1", 1), claim("S2", 1))
    history.rebuild()
    history.build.dbt("build", "--indirect-selection", "empty", "--select", "dim_funds")
    test = "relationships_fct_claims_fund__fund__ref_dim_funds_"
    history.build.dbt("test", "--select", test)
    _insert_again(history, "1 = 1", "settlement_id || 'x' as settlement_id, 'nobody' as fund")
    outcome = history.build.dbt("test", "--select", test, succeeds=False)
    (found,) = (result for result in outcome.result.results if result.node.name == test)
    assert (str(found.status), found.failures) == ("fail", 1)


def test_dbt_test_by_hand_takes_nothing_away(history):
    history.load("january", claim("S1", 1))
    history.rebuild()
    history.build.dbt("test", "--select", UNIQUE, fingerprint="by hand")
    assert len(history.build.claims()) == 1


NAMES = [f"S{number}" for number in range(5)] + [f"R{number}" for number in range(3)]


def test_dbt_run_by_hand_drops_nothing_and_leaves_its_mark(history):
    """By hand one runs some models and not others; what is not run must not be gone."""
    history.load("january", claim("S1", 1))
    history.rebuild()
    before = history.build.claims()
    history.build.dbt("run", "--select", "stg_ingest__files", fingerprint="by hand")
    assert history.build.claims() == before
    assert history.build.query("select code_fingerprint from staging.code_of_months") == [("by hand",)]
    # what it is told to build anew, it does
    history.build.dbt("run", "--full-refresh", "--select", "bridge_persons", fingerprint="by hand")
    assert history.build.claims() == before
    assert len(history.build.query("select person_token from staging.bridge_persons")) == 1
    history.rebuild()
    assert history.build.query("select code_fingerprint from staging.code_of_months") == [("one",)]
    assert history.build.claims() == before


def test_of_two_tables_of_one_batch_the_first_counts_for_the_claim_and_for_its_reversal(history):
    here, elsewhere = (claim("S1", month, updt_time=at(6)) for month in (1, 2))
    history.load("both", here, reversal("R1", here, setl_time=at(3)), elsewhere=[elsewhere])
    history.rebuild()
    months = "select settlement_id, month(settlement_month), month(reversed_settlement_month) from facts.fct_claims"
    assert sorted(history.build.query(months)) == [("R1", 3, 1), ("S1", 1, None)]


@st.composite
def records(draw, at_most: int = 5):
    """Records of one table: some reverse others, some are corrections, some are made invalid."""
    rows = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=at_most)):
        sign, marks = (-1, {"init_setl_id": draw(st.sampled_from(NAMES)), "refd_setl_flag": "1"}) if name[0] == "R" else (1, {})
        cost = sign * draw(st.integers(1, 9))
        valid = draw(st.sampled_from(["1", "1", "1", "0"]))
        changed = at(8, draw(st.integers(1, 5)))
        person = {
            "psn_no": draw(st.sampled_from(["token-1", "token-2"])),
            "gend": draw(st.sampled_from(["1", "2"])),
            "brdy": draw(st.sampled_from([None, "1970-05-01", "1971-05-01"])),
        }
        month = draw(st.integers(1, 4))
        rows.append(claim(name, month, medfee_sumamt=cost, updt_time=changed, vali_flag=valid, **person, **marks))
    return rows


@st.composite
def steps(draw):
    """What happens to the lake between one run and the next."""
    kinds = ["delivery", "delivery", "revision", "take out"]
    return [
        (draw(st.sampled_from(kinds)), draw(st.integers(0, 9)), draw(records()), draw(records(at_most=2)))
        for _ in range(draw(st.integers(1, 3)))
    ]


# the same examples every time; each step is a run of dbt
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(runs=st.lists(steps(), min_size=3, max_size=4))
def test_any_order_of_batches_gives_what_a_full_refresh_gives(new_build, runs):
    history = History(new_build(), readers=True)
    for number, run in enumerate(runs):
        for order, (kind, choice, rows, elsewhere) in enumerate(run):
            standing = current(history.batches)
            if kind == "delivery" or not standing:
                history.load(f"delivery_{number}_{order}", *rows, elsewhere=elsewhere)
            elif kind == "revision":
                batch = standing[choice % len(standing)]
                history.load(batch.delivery, *rows, elsewhere=elsewhere, revision=batch.revision + 1)
            else:
                history.take_out(standing[choice % len(standing)])
        history.rebuild()
    step_by_step, kept = history.build.claims(), history.build.kept_by_months()
    history.build.rebuild(readers=True, fingerprint="another code")
    assert history.build.claims() == step_by_step
    assert history.build.kept_by_months() == kept
