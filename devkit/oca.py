"""OCA's Brazilian localisation: real wheels, in a database and a test run of their own.

Its addons are AGPL-3 and no dependency of ours: they are found by their fields. What
is installed here is for `./dev oca` alone.
"""

import os
import shutil

from . import databases, environment, odoo, paths, processes
from .console import step

FOLDER = paths.DEV / "oca"
ADDONS = FOLDER / "addons" / "odoo" / "addons"
PACKAGES = FOLDER / "packages"
REQUIREMENTS = paths.REQUIREMENTS / "oca"

DATABASE = "plug4market_oca"
TEST_DATABASE = "plug4market_oca_test"
MODULES = ("l10n_br_fiscal_edi", "l10n_br_coa_generic", "l10n_br_sale")
SCRIPT = "oca_company.py"


def ensure():
    """Have the wheels unpacked, and let Python and Odoo find them."""
    wanted = "\n".join(path.read_text() for path in sorted(REQUIREMENTS.iterdir()))
    if environment.read_stamp("oca") != wanted:
        with step("Installing OCA's Brazilian localisation"):
            shutil.rmtree(FOLDER, ignore_errors=True)
            _install("addons.txt", FOLDER / "addons")
            _install("packages.txt", PACKAGES)
            _mend_partner_view()
        environment.write_stamp("oca", wanted)
    # Behind it stands the environment of .dev, which the packages fit into.
    os.environ["PYTHONPATH"] = str(PACKAGES)


def _install(requirements, target):
    pip = [paths.PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--target", target]
    processes.run(
        [*pip, "-r", REQUIREMENTS / requirements],
        failure="OCA's addons cannot be installed (is there a network?)",
    )


def _mend_partner_view():
    """Name the column of partners as this build of Odoo does.

    l10n_br_base expects `display_name`; older builds of 19.0 have `complete_name`.
    """
    view = ADDONS / "l10n_br_base" / "views" / "res_partner_view.xml"
    base = odoo.source() / "odoo/addons/base/views/res_partner_views.xml"
    _before, _id, tree = base.read_text().partition('id="view_partner_tree"')
    if '"display_name"' not in tree.partition("</record>")[0]:
        old = '<field name="display_name" position="after">'
        new = old.replace("display_name", "complete_name")
        view.write_text(view.read_text().replace(old, new, 1))


def make_test():
    """Make the test database anew, from one with OCA's addons made once."""
    databases.ensure_base()
    addons_path = f"--addons-path={odoo.addons_path(ADDONS)}"
    made_from = databases.fingerprint(SCRIPT, *MODULES, environment.read_stamp("oca"))
    with databases.made_once(DATABASE, made_from) as missing:
        if missing:
            with step("Making the database with OCA's addons (two minutes, once)"):
                databases.clone(paths.BASE_DATABASE, DATABASE)
                odoo.install(DATABASE, MODULES, addons_path)
                odoo.run_script(DATABASE, SCRIPT, addons_path)
    with step("Installing the addon beside OCA's"):
        databases.clone(DATABASE, TEST_DATABASE)
        odoo.install(TEST_DATABASE, [paths.ADDON], addons_path)


def config():
    """Write Odoo's configuration of the test run and return its path."""
    return odoo.config(
        TEST_DATABASE,
        "oca",
        addons_path=odoo.addons_path(ADDONS),
        log_level="warn",
    )
