"""The wheel, installed beside Odoo in a clean environment, works in a new database."""

import json
import os
import subprocess
import sys
import sysconfig

import pytest
from wheel_building import pip

from devkit import databases, odoo, paths, postgres, processes

DATABASE = "plug4market_wheel"
LOOK = """
import json
import odoo.addons.plug4market_connector as addon
from odoo.tools.misc import file_path
module = env["ir.module.module"].search([("name", "=", "plug4market_connector")])
assets = env["ir.asset"]._get_asset_paths("web.assets_backend", {})
print("LOOK " + json.dumps({
    "state": module.state,
    "version": module.installed_version,
    "code": addon.__file__,
    "icon": file_path("plug4market_connector/static/description/icon.png"),
    "assets": [row[1] for row in assets if "/plug4market_connector/" in str(row[1])],
}))
"""


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """A Python environment with Odoo as the developer has it, and the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (site,) = folder.glob("lib/python3*/site-packages")
    of_dev = sysconfig.get_path("purelib")
    (site / "dev.pth").write_text(f"import site; site.addsitedir({of_dev!r})\n")
    pip("install", wheel, python=folder / "bin" / "python")
    return folder


@pytest.fixture(scope="module")
def run_odoo(environment, tmp_path_factory):
    """A function that runs Odoo in that environment and returns the log's path."""
    folder = tmp_path_factory.mktemp("run")
    own = (odoo.source() / "odoo" / "addons", odoo.source() / "addons")
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in ("ODOO_RC", "PYTHONPATH", "VIRTUAL_ENV")
    }

    def run(*arguments, **options):
        config = odoo.config(
            DATABASE,
            addons_path=",".join(
                str(path) for path in own if any(path.glob("*/__manifest__.py"))
            ),
        )
        log = folder / f"{arguments[0].strip('-')}.log"
        processes.run_logged(
            [environment / "bin" / "python", odoo.SCRIPT, *arguments],
            log,
            f"Odoo with the wheel failed on {' '.join(arguments)}",
            env={**variables, "ODOO_RC": str(config)},
            cwd=folder,
            **options,
        )
        return log

    with postgres.serving():
        databases.ensure_base()
        databases.clone(paths.BASE_DATABASE, DATABASE)
        try:
            yield run
        finally:
            databases.drop(DATABASE)
            (paths.CONFIGS / f"{DATABASE}.conf").unlink(missing_ok=True)


def test_the_wheel_installs_in_a_new_database(wheel, environment, run_odoo):
    log = run_odoo("-i", paths.ADDON, "--stop-after-init", "--no-http")
    assert odoo.complaints(log, DATABASE, "plug4market") == []

    log = run_odoo("shell", "--no-http", input=LOOK)
    (line,) = (row for row in log.read_text().splitlines() if row.startswith("LOOK "))
    seen = json.loads(line.removeprefix("LOOK "))
    (site,) = environment.glob("lib/python3*/site-packages")
    installed = site / "odoo" / "addons" / paths.ADDON
    assert seen["state"] == "installed"
    assert wheel.name.split("-")[1] == seen["version"]
    assert seen["code"] == str(installed / "__init__.py")
    assert seen["icon"] == str(installed / "static" / "description" / "icon.png")
    assert seen["assets"]
    assert all(path.startswith(f"{installed}/") for path in seen["assets"])
