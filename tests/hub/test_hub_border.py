"""The two plain packages stay plain."""

import re

import pytest

FOREIGN = re.compile(
    r"^\s*(?:import|from) +(?:odoo|plug4market|\.\.)",
    re.MULTILINE,
)


@pytest.mark.parametrize("package", ["hub", "nfe"])
def test_the_package_names_neither_odoo_nor_its_parent(addon_path, package):
    modules = sorted((addon_path / package).rglob("*.py"))
    assert modules
    for module in modules:
        source = module.read_text()
        assert not FOREIGN.search(source), module
        assert not re.search(r"\bodoo\.", source), module


@pytest.mark.parametrize("package", ["hub", "nfe"])
def test_everything_exported_exists_and_is_listed_once(package):
    module = __import__(package)
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert hasattr(module, name)
