"""The expectation is computed without the connector, the simulator and Odoo."""

import ast
import sys
from pathlib import Path

import pytest

ORACLE = Path(__file__).parents[2] / "oracle"
EXPECTING = {
    *("draw", "spelling", "people", "places", "sale", "wire"),
    *("kinds", "sound", "broken", "changed"),
}


def imported_by(module):
    """Yield the names of all modules that a module of the oracle imports."""
    for node in ast.walk(ast.parse((ORACLE / f"{module}.py").read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module:
                yield "." * node.level + node.module
            else:
                yield from ("." * node.level + name.name for name in node.names)


@pytest.mark.parametrize("module", sorted(EXPECTING))
def test_what_is_expected_hangs_on_python_and_on_itself_alone(module):
    for name in imported_by(module):
        own = name.startswith(".") and name[1:] in EXPECTING
        assert own or name.split(".")[0] in sys.stdlib_module_names, name


@pytest.mark.parametrize("module", sorted(EXPECTING))
def test_nothing_is_imported_by_another_way(module):
    assert "__import__" not in (ORACLE / f"{module}.py").read_text()
    assert "importlib" not in set(imported_by(module))


def test_every_module_expects_or_judges():
    judging = {
        *("__init__", "__main__", "run", "verdict"),
        *("faults", "known_wrong", "planting"),
    }
    assert {path.stem for path in ORACLE.glob("*.py")} == EXPECTING | judging
