"""Makes orders, lets the connector import them, and compares.

Only here is the connector imported: to be judged.
"""

import json
from collections import Counter, defaultdict

from . import changed  # noqa: F401  enters its kinds into the table
from .draw import Draw
from .kinds import KINDS, make
from .sale import SKUS
from .verdict import differences

BATCH = 50
SHOWN = 5


def stock_up(env):
    """Make what the sales are about, and let them become sale orders."""
    env["product.product"].create(
        [
            {"name": sku, "default_code": sku, "type": "consu", "is_storable": True}
            for sku in SKUS
        ]
    )
    env.company.plug4market_order_target = "sale_order"


def sales(seed, number):
    """The sales of a seed."""
    return [make(Draw(seed, n)) for n in range(1, number + 1)]


class Judged:
    """What became of many sales, kind by kind."""

    def __init__(self):
        self.made = Counter()
        self.wrong = defaultdict(list)

    @property
    def wrong_number(self):
        return sum(map(len, self.wrong.values()))

    def add(self, sale, found):
        self.made[sale.kind] += 1
        if found:
            self.wrong[sale.kind].append((sale, found))

    def lines(self):
        """The table, and the first of each kind that is wrong with its JSON."""
        yield f"{'kind':36} {'orders':>7} {'wrong':>6}"
        for kind in KINDS:
            yield f"{kind:36} {self.made[kind]:7} {len(self.wrong[kind]):6}"
        yield f"{'all':36} {self.made.total():7} {self.wrong_number:6}"
        for kind, wrong in self.wrong.items():
            for sale, found in wrong[:SHOWN]:
                yield f"\n{kind}, order {sale.number}: {'; '.join(found)}"
                yield json.dumps(sale.later or sale.json, ensure_ascii=False)


def judge(env, chosen, judged=None, stop=None):
    """Import ``chosen`` sales in batches, and again those that change; compare.

    :param stop: called after each batch; True ends it
    """
    judged = judged or Judged()
    for start in range(0, len(chosen), BATCH):
        batch = chosen[start : start + BATCH]
        for sale, found in judge_batch(env, batch):
            judged.add(sale, found)
        if stop and stop(judged):
            break
    return judged


def judge_batch(env, batch):
    """Yield each sale with what is wrong about what Odoo made of it."""
    read(env, [sale.json for sale in batch])
    read(env, [sale.later for sale in batch if sale.later])
    env.invalidate_all()
    orders = env["sale.order"].search(
        [("plug4market_order_uid", "in", [sale.json["id"] for sale in batch])]
    )
    by_uid = orders.grouped("plug4market_order_uid")
    for sale in batch:
        order = by_uid.get(sale.json["id"], env["sale.order"])
        yield sale, differences(sale, order)


def read(env, answers):
    """Import orders as they come off the wire."""
    from odoo.addons.plug4market_connector.hub import HubOrder

    hub_orders = [HubOrder.from_json(json.loads(json.dumps(a))) for a in answers]
    importer = env["plug4market.order.import"]
    _orders, refused = importer._import_orders(env.company, hub_orders)
    for uid, error in refused.items():
        raise AssertionError(f"order {uid} could not be written") from error
