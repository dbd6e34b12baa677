"""Which lines of the addon are counted, and when they are too few."""

import json
import os
import subprocess
import sys

from devkit import measure, paths

# A server's worker ends on its own, as its parent does.
FORKING = """
import os, sys
from devkit import measure
measure.join()
import nfe
if not os.fork():
    nfe.normalise_key("")
    sys.exit()
os.wait()
"""


def ran(folder):
    """Run a program that joins; return the lines of one file that each process ran."""
    search = os.pathsep.join(map(str, (paths.ROOT, paths.ROOT / paths.ADDON)))
    subprocess.run(
        [sys.executable, "-c", FORKING],
        cwd=paths.ROOT,
        check=True,
        env={**os.environ, "PYTHONPATH": search, measure.VARIABLE: str(folder)},
    )
    name = f"{paths.ADDON}/nfe/access_key.py"
    files = [json.loads(path.read_text())["files"] for path in folder.iterdir()]
    return sorted(len(file[name]["executed_lines"]) for file in files)


def test_a_process_and_what_it_forks_say_what_they_ran(tmp_path):
    parent, child = ran(tmp_path)
    assert 0 < parent < child


def test_lines_that_nothing_ran_are_missing(tmp_path, monkeypatch, capfd):
    ran(tmp_path)
    monkeypatch.setattr(measure, "FOLDER", tmp_path)

    assert not measure.reaches_floor()
    assert f"{paths.ADDON}/hub/client.py" in capfd.readouterr().out


def test_nothing_measured_is_too_little(tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "FOLDER", tmp_path)
    assert not measure.reaches_floor()
