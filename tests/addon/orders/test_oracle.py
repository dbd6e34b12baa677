"""What the oracle says of orders, and what the connector makes of them."""

import ast
import random
from pathlib import Path

from odoo_case import Plug4marketCase

from oracle import changed, draw, kinds, people, places, run, sale

FIXED_SEED = 2026
NUMBER = 120
EXPECTING = (changed, draw, kinds, people, places, sale)


class TestOracle(Plug4marketCase):
    def judge(self, seed):
        run.stock_up(self.env)
        judged = run.judge(self.env, run.sales(seed, NUMBER))
        self.assertEqual(judged.made.total(), NUMBER)
        if judged.wrong_number:
            self.fail(f"seed {seed}\n" + "\n".join(judged.lines()))

    def test_orders_become_what_the_oracle_says(self):
        self.judge(FIXED_SEED)

    def test_other_orders_do_too(self):
        self.judge(random.randrange(10**6))

    def test_what_is_expected_is_computed_without_the_connector(self):
        for module in EXPECTING:
            for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
                names = []
                if isinstance(node, ast.Import):
                    names = [name.name for name in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names = [node.module]
                for name in names:
                    self.assertNotRegex(name, "odoo|hub|plug4market|simulator")

    def test_each_kind_is_at_least_two_percent_of_the_orders(self):
        total = sum(weight for weight, _make in kinds.KINDS.values())
        for name, (weight, _make) in kinds.KINDS.items():
            self.assertGreaterEqual(weight / total, 0.02, name)
