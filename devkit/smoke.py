"""The addon's own tests in Odoo's own runner, as any Odoo developer runs them."""

import re
import time

from . import databases, odoo, paths, processes
from .console import say, step

DATABASE = "plug4market_smoke"
TAG = "plug4market"
RESULT = re.compile(
    r"odoo\.tests\.result: (\d+) failed, (\d+) error\(s\) of (\d+) tests"
)


def passes():
    """Install and test the addon in a new database; say how many tests there were.

    Return whether all is well: no test at all is a failure, as is a complaint of ours.
    """
    databases.ensure_base()
    log = paths.LOGS / "smoke.log"
    started = time.monotonic()
    with step("Running the addon's own tests with Odoo's runner"):
        databases.clone(paths.BASE_DATABASE, DATABASE)
        try:
            status = _run(log)
        finally:
            databases.drop(DATABASE)
    passed, failed = count(log.read_text(errors="replace"))
    complaints = odoo.complaints(log, DATABASE, TAG)
    say(summary(passed, failed, time.monotonic() - started))
    if passed and not (status or failed or complaints):
        return True
    say("\n".join(complaints) or processes.tail(log))
    say(f"==> The addon's own tests failed, see {log}.")
    return False


def _run(log):
    """Run Odoo until the tests are over; return its exit status."""
    with log.open("w") as output:
        done = processes.run(
            odoo.command("-i", paths.ADDON, "--test-tags", TAG, "--stop-after-init"),
            stdout=output,
            stderr=output,
            env=odoo.environment(
                odoo.config(DATABASE, http_port=processes.free_port())
            ),
        )
    return done.returncode


def count(log):
    """Return how many tests passed and failed, as Odoo's log says at its end."""
    results = RESULT.findall(log)
    if not results:
        return 0, 0
    failed, errors, total = map(int, results[-1])
    return total - failed - errors, failed + errors


def summary(passed, failed, seconds):
    """Return the line that pytest would end with."""
    failures = f"{failed} failed, " if failed else ""
    return f" {failures}{passed} passed in {seconds:.2f}s ".center(80, "=")
