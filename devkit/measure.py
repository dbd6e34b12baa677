"""Which lines of the addon the tests run, in pytest and in every Odoo they start.

Each process that joins writes what it saw when it ends (see ``probes``); one that is
killed, as a test of a crash does, writes nothing.
"""

import os
import shutil
import subprocess

from . import paths

FOLDER = paths.DEV / "coverage"
# Processes that find this variable join the measurement.
VARIABLE = "PLUG4MARKET_MEASURE"


def begin():
    """Forget the last measurement; return the variables of a new one."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    return {VARIABLE: str(FOLDER)}


def join():
    """Measure this process too, if all are; call it before the addon is imported."""
    if VARIABLE in os.environ:
        from . import probes

        probes.put_in(os.environ[VARIABLE])


def reaches_floor():
    """Print what was measured; return whether it is enough (see pyproject.toml)."""
    command = [paths.PYTHON, "-m", "slipcover", "--out", FOLDER / "all.json", "--merge"]
    command += sorted(FOLDER.glob("*.json"))
    return subprocess.run(command, cwd=paths.ROOT, check=False).returncode == 0
