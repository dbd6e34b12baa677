"""Plays steps, lets the exporter work, and compares the hub with the formula.

Here, in ``world``, ``acts``, ``hub`` and ``faults`` the connector is used and judged.
"""

from collections import Counter, defaultdict
from datetime import timedelta

from odoo import fields

from ..draw import Draw
from . import steps
from .acts import act
from .formula import offers
from .hub import StockHub, spoken_to
from .known_wrong import KNOWN_WRONG
from .verdict import explain
from .world import World

MOST_STEPS = 5
MOST_ROUNDS = 200
SHOWN = 3
HISTORY = 8
NO_STEP = "no step"
# Differs although the SKU was marked by us: no mark is missing.
COMPUTED = "computed otherwise"


class Judged:
    """How often each step was played, and the SKUs that differed after it."""

    def __init__(self):
        self.played, self.wrong = Counter(), Counter()
        self.told = defaultdict(list)
        self.refused = defaultdict(Counter)
        # What differed, by the number of steps before it and the SKU.
        self.wrong_at = {}
        self.compared = 0
        self.reconciled = 0

    @property
    def news(self):
        """What was wrong, and is not known to be."""
        return sorted(self.wrong.keys() - KNOWN_WRONG.keys())

    @property
    def put_right(self):
        """What is known to be wrong, was played, and is not."""
        return sorted((KNOWN_WRONG.keys() & self.played.keys()) - self.wrong.keys())

    @property
    def wrong_keys(self):
        return set(self.wrong_at)

    def differs(self, why, text, at=None):
        self.wrong[why] += 1
        if at:
            self.wrong_at[at] = why
        if len(self.told[why]) < SHOWN:
            self.told[why].append(text)

    def lines(self):
        yield f"{'after the step':42} {'played':>7} {'wrong SKUs':>11}"
        for name in [*steps.STEPS, NO_STEP]:
            if self.played[name] or self.wrong[name]:
                known = "  known" if name in KNOWN_WRONG else ""
                yield f"{name:42} {self.played[name]:7} {self.wrong[name]:11}{known}"
        yield f"{'all':42} {self.played.total():7} {self.wrong.total():11}"
        yield f"{self.compared} SKUs compared, {self.reconciled} reconciled"
        for name, errors in self.refused.items():
            for error, count in errors.most_common(2):
                yield f"{name} was refused by Odoo {count} times: {error}"
        for name, told in self.told.items():
            for text in told:
                yield f"\n{name}: {text}"


class Player:
    """Plays the steps of one seed in one database."""

    def __init__(self, env, seed, profiles, end=None):
        self.env, self.seed, self.profiles = env, seed, profiles
        self.end = end or self._commit
        self.draw = Draw(seed, 0)
        self.hub = StockHub()
        self.judged = Judged()
        self.history = defaultdict(list)
        self.still_wrong = set()
        self.played = 0
        self.stepped_since, self.looked_at = [], 0
        self.dated_at = fields.Datetime.now() - timedelta(seconds=1)
        self.world = World(env, self.hub, self.draw, profiles)
        self.env = self.world.env

    def _commit(self):
        self.env.flush_all()
        self.env.cr.commit()
        self.env.invalidate_all()

    def play(self, number, stop=None):
        """Play ``number`` steps; ``stop()`` is asked after each comparison."""
        with spoken_to(self.hub):
            self.end()
            self.export()
            self.compare()
            while self.played < number:
                for _step in range(self.draw.whole(1, MOST_STEPS)):
                    self.step()
                self.hub.troubles = self.hub.troubles[:4]
                self.end()
                self.export()
                self.compare()
                if stop and stop(self.judged):
                    break
        return self.judged

    # -- playing --------------------------------------------------------------

    def step(self):
        name = steps.draw_step(self.draw, self.profiles)
        self.played += 1
        try:
            with self.env.cr.savepoint():
                products = act(name)(self.world)
        except self._refusals() as error:
            self.env.invalidate_all()
            self.world.forget_undone()
            said = str(error).splitlines() or [""]
            self.judged.refused[name][f"{type(error).__name__}: {said[0][:120]}"] += 1
            return
        if products is None:
            return
        self.judged.played[name] += 1
        self.stepped_since.append(name)
        for product in products.exists():
            self.history[product.id].append(f"{self.played} {name}")

    @staticmethod
    def _refusals():
        from odoo.exceptions import UserError

        return (UserError, ValueError)

    # -- letting the connector work -------------------------------------------

    def export(self):
        """Let the exporter work until nothing waits, as if minutes passed."""
        exporter = self.env["plug4market.sku.exporter"]
        now = fields.Datetime.now()
        exporter._mark_dated(self.dated_at - timedelta(seconds=2), now)
        self.dated_at = now
        for _round in range(MOST_ROUNDS):
            self.end()
            changes = self.env["plug4market.sku.change"]
            exporter._put_sold_out_first(changes._merge())
            self._let_time_pass()
            self.end()
            if not exporter._run():
                break
            self.env.invalidate_all()
        else:
            raise RuntimeError("the exporter finds no end")
        self.end()
        if self._catch_up():
            self.export()

    def _catch_up(self):
        """Let stores that know of changes unseen be compared; say whether any were."""
        waiting = self.env["plug4market.reconciliation"].search(
            [("expected", "=", True), ("company_id.plug4market_active", "=", True)]
        )
        while waiting.filtered("expected"):
            if not self.env["plug4market.reconciliation"]._reconcile_slice():
                raise RuntimeError("the comparison does not go on")
        self.end()
        return bool(waiting)

    def _let_time_pass(self):
        """No SKU rests, no minute of a store is used up, and no order waits."""
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM plug4market_order_event")
        self.env.cr.execute(
            "UPDATE plug4market_sku SET next_attempt_at = '2020-01-01',"
            " lease_id = NULL WHERE state = 'pending'"
        )
        self.env.cr.execute(
            "UPDATE plug4market_category SET next_attempt_at = '2020-01-01',"
            " lease_id = NULL WHERE state = 'pending'"
        )
        self.env.cr.execute(
            "UPDATE plug4market_budget SET calls = '{}', hold_until = NULL,"
            " silent_calls = 0, silent_since = NULL, probe_at = NULL"
        )
        self.env.invalidate_all()

    # -- comparing ------------------------------------------------------------

    def compare(self):
        """Compare each SKU that is on sale.

        One that differs counts once, until it is right again.
        """
        found = self.differences()
        news = {key: told for key, told in found.items() if key not in self.still_wrong}
        if news:
            self.heal(news)
            found = self.differences()
        for key, (product_id, text) in news.items():
            computed = key in found
            if computed:
                text += f"\n  {COMPUTED}: it differs when it is sent whole, too"
            why = self._blame(product_id, computed)
            self.judged.differs(why, text, (self.played, key[1]))
        self.still_wrong = set(found)
        self.stepped_since, self.looked_at = [], self.played

    def differences(self):
        """By (company id, SKU): the product's id, and what differs."""
        found = {}
        for company in self.world.companies.filtered("plug4market_active"):
            for sku, wanted, row, product in self.wanted(company):
                self.judged.compared += 1
                said = explain(self.hub.store(company.id).get(sku), wanted)
                if said:
                    key = company.id, sku
                    found[key] = self._tell(key, said, row, product)
        return found

    def wanted(self, company):
        """Yield each SKU of a store with what the hub must have of it."""
        rows = self.env["plug4market.sku"].search(
            [("company_id", "=", company.id), ("state", "!=", "not_sent")]
        )
        expected = offers(self.env, company, rows.product_id, fields.Datetime.now())
        claimed = set()
        for row in rows:
            product = row.product_id
            offer = expected[product.id]
            sku = product.default_code
            if not sku or (not offer.active and sku not in self.hub.store(company.id)):
                continue
            claimed.add(sku)
            yield sku, offer, row, product
        for sku in self.hub.store(company.id).keys() - claimed:
            yield sku, None, self.env["plug4market.sku"], self.env["product.product"]

    def _tell(self, key, said, row, product):
        steps_of_it = self.history.get(product.id, [])[-HISTORY:]
        state = row and row.read(
            ["state", "error", "sent_sku", "refused", "revision", "priority"]
        )
        text = (
            f"seed {self.seed}, after {self.played} steps, company {key[0]}, {key[1]}: "
            f"{said}\n  steps of it: {', '.join(steps_of_it) or 'none'}"
            f"\n  since the last look: {', '.join(self.stepped_since)}\n  row: {state}"
        )
        return product.id, text

    def _blame(self, product_id, computed):
        """The step after which it differs: of several, one that is known to be wrong.

        What no step was about is blamed on the last one. What is computed otherwise may
        have been hidden for long, by a stock of zero.
        """
        since = 0 if computed else self.looked_at
        about = [
            name
            for number, name in map(str.split, self.history.get(product_id, []))
            if int(number) > since
        ]
        known = [name for name in about or self.stepped_since if name in KNOWN_WRONG]
        return (known or about or self.stepped_since or [NO_STEP])[-1]

    def heal(self, found):
        """Let the SKUs that differ be sent whole, so that each differs but once."""
        self.judged.reconciled += self.reconcile()
        rows = self.env["plug4market.sku"].search(
            [("state", "!=", "not_sent"), ("company_id", "in", [c for c, _ in found])]
        )
        rows.filtered(
            lambda row: (row.company_id.id, row.product_id.default_code) in found
        )._mark_pending(whole=True)
        self.export()

    def reconcile(self):
        """Compare as is done once a day; return how many SKUs that found."""
        model = self.env["plug4market.reconciliation"]
        stores = model.search([("company_id.plug4market_active", "=", True)])
        stores.write({"running": True, "position": 0, "expected": False})
        while stores.filtered("running"):
            if not model._reconcile_slice():
                raise RuntimeError("the comparison does not go on")
        self.end()
        return sum(sum((row.last_found or {}).values()) for row in stores)
