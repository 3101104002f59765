"""What can go wrong in a run, each kind with the exit code that the command line ends with."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `medfund`. The README's table repeats them; a test keeps the two equal."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    DELIVERY_REFUSED = 3
    ROWS_QUARANTINED = 4
    BUILD_FAILED = 5
    CHECKS_FAILED = 6
    LOCKED = 7


class MedfundError(Exception):
    """An error that a person can act on: its message says where, what, what was expected and what to do."""

    exit_code = ExitCode.UNEXPECTED


class UsageError(MedfundError):
    """A command was given something that does not exist: a source, a document, a check."""

    exit_code = ExitCode.USAGE


class DeliveryRefusedError(MedfundError):
    """A delivery cannot be trusted as a whole (manifest, hash, row count, control total, columns).

    Nothing of it is loaded.
    """

    exit_code = ExitCode.DELIVERY_REFUSED


class BuildFailedError(MedfundError):
    """Dbt could not build the warehouse; the published one is as it was."""

    exit_code = ExitCode.BUILD_FAILED


class ChecksFailedError(MedfundError):
    """A critical check failed, crashed or did not run; the published warehouse is as it was."""

    exit_code = ExitCode.CHECKS_FAILED


class LockedError(MedfundError):
    """Another run is writing to the same lake or warehouse."""

    exit_code = ExitCode.LOCKED


class ContractError(MedfundError):
    """An extract contract under models/sources/ contradicts itself or names a code list that is not there."""

    exit_code = ExitCode.USAGE
