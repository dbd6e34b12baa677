"""What the oracle says of stock and price, and what the connector tells the hub."""

import random

from odoo_case import Plug4marketCase

from oracle.stock.run import Player

FIXED_SEED = 2026
FIXED_STEPS = 130
STEPS = 90


class TestStockOracle(Plug4marketCase):
    def play(self, seed, number):
        """Play the steps; fail with what is wrong and not known to be."""
        player = Player(self.env, seed, ("plain",), end=self.end_transaction)
        judged = player.play(number)
        self.assertGreater(judged.compared, number)
        if judged.news:
            self.fail(f"seed {seed}\n" + "\n".join(judged.lines()))

    def end_transaction(self):
        """Insert the marks, as the end of a transaction does."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def test_the_hub_has_what_the_oracle_says(self):
        self.play(FIXED_SEED, FIXED_STEPS)

    def test_it_has_after_other_steps_too(self):
        seed = random.randrange(10**6)
        print(f"seed {seed}")
        self.play(seed, STEPS)
