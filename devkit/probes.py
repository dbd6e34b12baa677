"""Probes in the addon's own code, put in as it is imported.

A tracer would slow down all of Odoo; on Python 3.11 the tests took two thirds longer.
"""

import atexit
import json
import os
import sys
import time
from pathlib import Path

from slipcover import FileMatcher, Slipcover
from slipcover.importer import SlipcoverMetaPathFinder

from . import paths

ADDON = paths.ROOT / paths.ADDON
OMITTED = [f"{ADDON}/tests/*", f"{ADDON}/__manifest__.py"]
# Tests import folders of the addon that need no Odoo by their bare names.
FOLDERS = {path.name for path in ADDON.iterdir() if path.is_dir()}

# How often a probe may be met before it is taken out again, for which SlipCover would
# walk the frames of all threads.
NEVER = 2**31 - 1


class AddonFinder(SlipcoverMetaPathFinder):
    """Finds the addon's modules and nothing else.

    Odoo's own import hook asks every finder behind it, as this one does: what both
    looked for would be looked for without end.
    """

    def find_spec(self, fullname, path, target=None):
        ours = fullname.startswith(f"odoo.addons.{paths.ADDON}")
        if ours or fullname.partition(".")[0] in FOLDERS:
            return super().find_spec(fullname, path, target)
        return None


def put_in(folder):
    """Measure this process and those it forks; each writes a file into ``folder``."""
    measured = Slipcover(source=[str(ADDON)], omit=OMITTED, d_miss_threshold=NEVER)
    matcher = FileMatcher(sources=[ADDON], omit=OMITTED)
    sys.meta_path.insert(0, AddonFinder(measured, matcher))
    atexit.register(_write, measured, Path(folder))


def _write(measured, folder):
    text = json.dumps(measured.get_coverage())
    # Numbers of processes come again.
    (folder / f"{os.getpid()}-{time.time_ns()}.json").write_text(text)
