"""The linear programmes of the fit (scipy's HiGHS): what gives way, how much slack there is, what is nearest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from flows.demo.cells import Var
from flows.demo.rows import Row

LARGEST_SLACK = 0.5
TOLERANCE = 1e-6


@dataclass
class Programme:
    """The linear programme: names of the unknowns, their priors and bounds, the rows of the figures, the caps."""

    names: list[Var]
    prior: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    caps: sparse.csr_matrix
    counts: dict[Var, int]

    def __post_init__(self) -> None:
        self.index = {v: i for i, v in enumerate(self.names)}

    def matrix(self, rows: list[Row]) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
        """Return the rows as a matrix with their lower and upper ends."""
        triples = [(i, self.index[v], c) for i, row in enumerate(rows) for v, c in row.terms.items()]
        i, j, c = zip(*triples, strict=True)
        shape = (len(rows), len(self.names))
        return sparse.csr_matrix((c, (i, j)), shape), np.array([r.low for r in rows]), np.array([r.high for r in rows])


def _solve(
    program: Programme, cost: np.ndarray, blocks: list[LinearConstraint], bounds: Bounds, integral: np.ndarray | None = None
) -> np.ndarray:
    if integral is not None:
        found = milp(
            cost, constraints=blocks, bounds=bounds, integrality=integral, options={"mip_rel_gap": 0.05, "time_limit": 60}
        )
    else:
        matrix = sparse.vstack([b.A for b in blocks]).tocsr()
        low, high = np.concatenate([b.lb for b in blocks]), np.concatenate([b.ub for b in blocks])
        keep_high, keep_low = np.isfinite(high), np.isfinite(low)
        found = linprog(
            cost,
            A_ub=sparse.vstack([matrix[keep_high], -matrix[keep_low]]),
            b_ub=np.concatenate([high[keep_high], -low[keep_low]]),
            bounds=np.column_stack([bounds.lb, bounds.ub]),
            method="highs",
        )
    if found.x is None:
        raise InfeasibleError(found.message)
    return found.x


class InfeasibleError(RuntimeError):
    """No values meet the rows."""


def _wide(matrix: sparse.csr_matrix, extra: sparse.spmatrix) -> sparse.csr_matrix:
    return sparse.hstack([matrix, extra]).tocsr()


def _violations(program: Programme, rows: list[Row], weights: np.ndarray, integral: np.ndarray | None) -> np.ndarray:
    """Find values whose weighted violations are least; return each row's violation in half units."""
    matrix, low, high = program.matrix(rows)
    m, n = matrix.shape
    eye = sparse.identity(m)
    margin = np.where(high > low, 0.02, 0.0)  # an exact figure has no room
    blocks = [
        LinearConstraint(_wide(matrix, eye), low + margin, np.full(m, np.inf)),
        LinearConstraint(_wide(matrix, -eye), np.full(m, -np.inf), high - margin),
        LinearConstraint(
            _wide(program.caps, sparse.csr_matrix((program.caps.shape[0], m))),
            np.full(program.caps.shape[0], -np.inf),
            np.zeros(program.caps.shape[0]),
        ),
    ]
    cost = np.concatenate([np.zeros(n), weights])
    bounds = Bounds(np.concatenate([program.lower, np.zeros(m)]), np.concatenate([program.upper, np.full(m, np.inf)]))
    whole = None if integral is None else np.concatenate([integral, np.zeros(m)])
    return _solve(program, cost, blocks, bounds, whole)[n:]


def rows_that_hold(program: Programme, rows: list[Row], integral: np.ndarray | None) -> list[Row]:
    """Return the rows that can hold together: as few give way as can be, the lightest first.

    Least weighted violation, then reweighted by what is violated anyhow: it matters how many rows give way, not how
    far (reweighted l1; Candès, Wakin, Boyd 2008). Rows that gave way are then tried again, the heaviest first.
    """
    weights = np.array([r.weight for r in rows])
    violated = np.zeros(len(rows))
    for _ in range(4):
        violated = _violations(program, rows, weights / (1 + violated), integral)
    kept = [r for r, v in zip(rows, violated, strict=True) if v <= TOLERANCE]
    for row in sorted((r for r, v in zip(rows, violated, strict=True) if v > TOLERANCE), key=lambda r: -r.weight):
        if _violations(program, [*kept, row], np.ones(len(kept) + 1), integral).max() <= TOLERANCE:
            kept.append(row)
    return kept


def slacks(program: Programme, rows: list[Row]) -> np.ndarray:
    """Return a slack for each row, in half units: the smallest as large as can be, then the sum of all."""
    matrix, low, high = program.matrix(rows)
    m, n = matrix.shape
    eye = sparse.identity(m)
    k = program.caps.shape[0]
    caps = LinearConstraint(_wide(program.caps, sparse.csr_matrix((k, m))), np.full(k, -np.inf), np.zeros(k))
    blocks = [
        LinearConstraint(_wide(matrix, -eye), low, np.full(m, np.inf)),
        LinearConstraint(_wide(matrix, eye), np.full(m, -np.inf), high),
        caps,
    ]
    cost = np.concatenate([np.zeros(n), -np.ones(m)])
    room = high > low
    least, most = np.where(room, 0.005, 0.0), np.where(room, LARGEST_SLACK, 0.0)
    bounds = Bounds(np.concatenate([program.lower, least]), np.concatenate([program.upper, most]))
    return _solve(program, cost, blocks, bounds)[n:]


def _nearest(program: Programme, rows: list[Row], slack: np.ndarray, integral: np.ndarray) -> np.ndarray:
    """Return the values of least change from the priors that leave each row its slack."""
    matrix, low, high = program.matrix(rows)
    n, k = len(program.names), program.caps.shape[0]
    eye, none = sparse.identity(n), sparse.csr_matrix
    blocks = [
        LinearConstraint(_wide(matrix, none((len(rows), n))), low + slack, high - slack),
        LinearConstraint(_wide(program.caps, none((k, n))), np.full(k, -np.inf), np.zeros(k)),
        LinearConstraint(_wide(eye, -eye), np.full(n, -np.inf), program.prior),
        LinearConstraint(_wide(eye, eye), program.prior, np.full(n, np.inf)),
    ]
    cost = np.concatenate([np.zeros(n), 1 / np.maximum(program.prior, 100_00)])
    bounds = Bounds(np.concatenate([program.lower, np.zeros(n)]), np.concatenate([program.upper, np.full(n, np.inf)]))
    return _solve(program, cost, blocks, bounds, np.concatenate([integral, np.zeros(n)]))[:n]


def nearest(program: Programme, rows: list[Row], slack: np.ndarray, integral: np.ndarray) -> np.ndarray:
    """Leave as much of the slack as whole numbers in the small cells allow."""
    for share in (0.9, 0.5, 0.2, 0.05):
        try:
            return _nearest(program, rows, share * slack, integral)
        except InfeasibleError:
            continue
    return _nearest(program, rows, 0 * slack, integral)
