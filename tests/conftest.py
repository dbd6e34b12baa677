"""What every test may import: the repository's packages and tests/support."""

import os
import sys
from pathlib import Path

import hypothesis

TESTS = Path(__file__).resolve().parent

# An addon that a test installs.
collect_ignore = ["addons"]
# They need OCA's addons, in a database that `./dev oca` makes.
if not os.environ.get("PLUG4MARKET_OCA"):
    collect_ignore.append("oca")

for folder in (TESTS.parent, TESTS / "support"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from devkit import measure

measure.join()

# A busy machine is slow, and no reason to fail.
hypothesis.settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("patient")


def pytest_sessionfinish(session):
    """Fail a run that skipped something: a skipped test is not a pass."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if session.exitstatus == 0 and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1
