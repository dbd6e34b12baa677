"""What `./dev bench` runs: ratios measured side by side in one run.

One file is one benchmark; it measures real Odoo code on a real PostgreSQL against the
simulator over HTTP. Absolute times are context only: machines are noisy.
"""

import sys

from devkit import paths

sys.path.insert(0, str(paths.ROOT / "tests" / "support"))
