"""What the oracle says of orders, and what the connector makes of them."""

import random

from odoo_case import Plug4marketCase

from oracle import run
from oracle.places import CITIES

FIXED_SEED = 2026
EACH_KIND = 2
NUMBER = 150


class TestOracle(Plug4marketCase):
    def judge(self, sales, seed):
        """Judge the sales; fail with what is wrong and not known to be."""
        run.stock_up(self.env)
        judged = run.judge(self.env, sales)
        self.assertEqual(judged.made.total(), len(sales))
        if judged.news:
            self.fail(f"seed {seed}\n" + "\n".join(judged.lines()))
        return judged

    def test_orders_of_each_kind_become_what_the_oracle_says(self):
        sales = run.sales_of_each_kind(FIXED_SEED, EACH_KIND)
        judged = self.judge(sales, FIXED_SEED)
        self.assertEqual(judged.put_right, [], "take them out of known_wrong")

    def test_other_orders_do_too(self):
        seed = random.randrange(10**6)
        print(f"seed {seed}")
        self.judge(run.sales(seed, NUMBER), seed)

    def test_the_cities_are_where_odoo_knows_them(self):
        ranges = self.env["l10n_br.zip.range"].search([])
        for city in CITIES:
            cep = f"{city.cep[:5]}-{city.cep[5:]}"
            found = ranges.filtered(lambda r, cep=cep: r.start <= cep <= r.end).city_id
            self.assertEqual(found.name, city.name)
            self.assertEqual(found.state_id.code, city.uf)
