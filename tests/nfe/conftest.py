"""Make ``import nfe`` work as it does inside the addon: without Odoo."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "plug4market_connector"))
