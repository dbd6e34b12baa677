"""What the hub must have is computed without the connector, the simulator and Odoo."""

import ast
import sys
from pathlib import Path

import pytest

STOCK = Path(__file__).parents[2] / "oracle" / "stock"
EXPECTING = {"formula", "formula_price", "formula_stock", "steps", "verdict"}
JUDGING = {"__init__", "faults", "hub", "known_wrong", "run", "shop", "world"}


def imported_by(module):
    """Yield the names of all modules that a module of the oracle imports."""
    for node in ast.walk(ast.parse((STOCK / f"{module}.py").read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


@pytest.mark.parametrize("module", sorted(EXPECTING))
def test_what_the_hub_must_have_hangs_on_python_alone(module):
    for name in imported_by(module):
        own = name == "..draw" or name[1:] in EXPECTING
        assert own or name.split(".")[0] in sys.stdlib_module_names, name


@pytest.mark.parametrize("module", sorted(EXPECTING))
def test_nothing_comes_in_by_another_way(module):
    text = (STOCK / f"{module}.py").read_text()
    assert "__import__" not in text
    assert "importlib" not in text
    assert "._plug4market_" not in text, "a method of the connector"


def test_every_module_of_stock_expects_or_judges():
    assert {path.stem for path in STOCK.glob("*.py")} == EXPECTING | JUDGING


def test_every_step_is_done_by_a_function_of_its_name():
    from oracle.stock.steps import STEPS

    done = [
        node.name
        for path in (STOCK / "acts").glob("*.py")
        if path.stem != "__init__"
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    assert sorted(done) == sorted(STEPS)
