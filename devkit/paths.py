"""Where things lie. All that is downloaded or made is under .dev/."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / ".dev"

VENV = DEV / "venv"
PYTHON = VENV / "bin" / "python"
ODOO = DEV / "odoo"
POSTGRES = DEV / "pg"
DATA = DEV / "data"
LOGS = DEV / "log"
LOCKS = DEV / "locks"
CONFIGS = DEV / "conf"
STAMPS = DEV / "stamps"
SIMULATOR_STATE = DEV / "simulator.json"

REQUIREMENTS = ROOT / "requirements"
SCRIPTS = ROOT / "devkit" / "odoo_scripts"

ADDON = "plug4market_connector"
BASE_DATABASE = "plug4market_base"
DEMO_DATABASE = "plug4market_demo"
TEST_DATABASE = "plug4market_test"
TEMPLATE_DATABASE = "plug4market_test_template"
