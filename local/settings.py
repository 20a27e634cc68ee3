"""The settings of `make start` beside its ports, checked before anything is started."""

from collections.abc import Mapping

FAULTS_SETTING = "FAULTS"
WORKERS_SETTING = "LAMBDA_WORKERS_MAX"
WORKERS_MAX = 100  # processes of one function: beyond, a machine has no memory for them


class WrongSetting(Exception):
    """The message names the variable and what it takes."""


def faults_wanted(environ: Mapping[str, str]) -> bool:
    """Raises WrongSetting: an unknown word would start a stack without the faults that a test counts on."""
    wanted = environ.get(FAULTS_SETTING, "")
    if wanted not in ("", "0", "1"):
        raise WrongSetting(f"{FAULTS_SETTING}={wanted} is neither 1 (a failure-injection proxy) nor 0 (none).")
    return wanted == "1"


def workers_max(environ: Mapping[str, str]) -> int | None:
    """Environments that a function may have at once; None if nothing is set. Raises WrongSetting."""
    wanted = environ.get(WORKERS_SETTING, "")
    if not wanted:
        return None
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 3 or not 1 <= int(wanted) <= WORKERS_MAX:
        raise WrongSetting(f"{WORKERS_SETTING}={wanted} is no number of environments: 1 to {WORKERS_MAX}.")
    return int(wanted)
