"""What is in the wheel that setup.py builds."""

import ast
import email
import shutil
import zipfile

import pytest
from packaging.utils import parse_wheel_filename
from wheel_building import build

ADDON = "plug4market_connector"
PREFIX = f"odoo/addons/{ADDON}/"


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def files_of(wheel):
    """Return the addon's files in a wheel, named from the addon's folder."""
    return {
        name.removeprefix(PREFIX) for name in contents(wheel) if name.startswith(PREFIX)
    }


@pytest.fixture(scope="module")
def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def test_name_and_version_come_from_the_manifest(source, wheel, metadata):
    manifest = ast.literal_eval((source / ADDON / "__manifest__.py").read_text())
    name, version, _build, tags = parse_wheel_filename(wheel.name)
    assert metadata["Name"] == f"odoo-addon-{ADDON}"
    assert metadata["Version"] == manifest["version"]
    assert (name, str(version)) == (
        "odoo-addon-plug4market-connector",
        manifest["version"],
    )
    assert {str(tag) for tag in tags} == {"py3-none-any"}


def test_it_says_what_it_needs(metadata):
    assert metadata.get_all("Requires-Dist") == ["odoo==19.0.*"]
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["License"] == "LGPL-3"


def test_it_holds_every_file_of_the_addon(source, wheel):
    folder = source / ADDON
    expected = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert {"__manifest__.py", "tests/test_smoke.py"} <= expected
    assert files_of(wheel) == expected


def test_it_holds_nothing_but_the_addon(wheel):
    others = {name for name in contents(wheel) if not name.startswith(PREFIX)}
    assert {name.split("/")[0] for name in others} == {
        f"odoo_addon_{ADDON}-{parse_wheel_filename(wheel.name)[1]}.dist-info"
    }


def test_odoo_stays_a_namespace(wheel):
    """An `__init__.py` of ours would hide the rest of Odoo."""
    assert not contents(wheel) & {"odoo/__init__.py", "odoo/addons/__init__.py"}


def test_it_follows_changes_and_leaves_out_what_tools_write(source, tmp_path):
    project = shutil.copytree(source, tmp_path / "project")
    addon = project / ADDON
    kept = ("migrations/19.0.9.9.9/post-fill.py", "hub/deep/__init__.py", "i18n/xx.po")
    left_out = ("hub/__pycache__/old.pyc", ".ruff_cache/data", "models/a.py.orig")
    for name in (*kept, *left_out, "static/src/removed.js"):
        (addon / name).parent.mkdir(parents=True, exist_ok=True)
        (addon / name).write_text("")
    found = files_of(build(project, tmp_path / "first"))
    assert found.issuperset((*kept, "static/src/removed.js"))
    assert not found.intersection(left_out)

    (addon / "static/src/removed.js").unlink()
    found = files_of(build(project, tmp_path / "second"))
    assert found.issuperset(kept)
    assert "static/src/removed.js" not in found
