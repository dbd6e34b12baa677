"""Makes orders, lets the connector import them, and compares.

Only here and in ``faults`` is the connector used: to be judged.
"""

import json
from collections import Counter, defaultdict

from . import broken, changed, sound  # noqa: F401  they enter their kinds
from .draw import Draw
from .kinds import CLAIMED, KINDS, SKUS, make
from .known_wrong import KNOWN_WRONG
from .verdict import differences
from .wire import ProductNumber

BATCH = 100
SHOWN = 3
MARKETPLACE_WAREHOUSE = "ORMKT"


def stock_up(env):
    """Make what the sales are about, and a warehouse for the marketplace's stock."""
    env["product.product"].create(
        [
            {"name": sku, "default_code": sku, "type": "consu", "is_storable": True}
            for sku in (*SKUS, CLAIMED, CLAIMED)
        ]
    )
    env["stock.warehouse"].create(
        {"name": "Oracle Marketplace", "code": MARKETPLACE_WAREHOUSE}
    )


def sales(seed, number):
    """The sales of a seed, of kinds that chance chooses."""
    return [make(Draw(seed, n)) for n in range(1, number + 1)]


def sales_of_each_kind(seed, times):
    """As many of each kind: nothing is left to chance but the values."""
    names = list(KINDS) * times
    return [make(Draw(seed, n), name) for n, name in enumerate(names, start=1)]


class Judged:
    """What became of many sales, kind by kind."""

    def __init__(self):
        self.made = Counter()
        self.confirmed = Counter()
        self.waiting = Counter()
        self.wrong = defaultdict(list)

    @property
    def wrong_numbers(self):
        """The numbers of the sales that are wrong."""
        return {sale.draw.number for wrong in self.wrong.values() for sale, _ in wrong}

    @property
    def news(self):
        """The kinds that are wrong, and not known to be."""
        return sorted(self.wrong.keys() - KNOWN_WRONG.keys())

    @property
    def put_right(self):
        """The kinds that are known to be wrong, and are not."""
        return sorted((KNOWN_WRONG.keys() & self.made.keys()) - self.wrong.keys())

    def add(self, sale, order, found):
        self.made[sale.kind] += 1
        self.confirmed[sale.kind] += len(order) and order.state == "sale"
        self.waiting[sale.kind] += len(order) and order.plug4market_needs_attention
        if found:
            self.wrong[sale.kind].append((sale, found))

    def lines(self):
        """The table, and the first of each kind that is wrong with its JSON."""
        columns = (self.made, self.confirmed, self.waiting)
        numbers = "{:7} {:10} {:8} {:6}"
        yield f"{'kind':42} {'made':>7} {'confirmed':>10} {'waiting':>8} {'wrong':>6}"
        for kind in KINDS:
            counted = [column[kind] for column in columns]
            known = "  known" if kind in KNOWN_WRONG else ""
            wrong = len(self.wrong.get(kind, []))
            yield f"{kind:42} {numbers.format(*counted, wrong)}{known}"
        totals = [column.total() for column in columns]
        yield f"{'all':42} {numbers.format(*totals, len(self.wrong_numbers))}"
        yield from self._wrong_ones()

    def _wrong_ones(self):
        for kind, wrong in self.wrong.items():
            for sale, found in wrong[:SHOWN]:
                yield f"\n{kind}, order {sale.draw.number}: {'; '.join(found)}"
                for answer in (sale.json, *sale.later):
                    yield json.dumps(answer, ensure_ascii=False)


def judge(env, chosen, judged=None, stop=None):
    """Import ``chosen`` sales in batches, and again those that change; compare.

    :param stop: called after each batch; True ends it
    """
    judged = Judged() if judged is None else judged
    for start in range(0, len(chosen), BATCH):
        batch = chosen[start : start + BATCH]
        _number_products(env, batch)
        for part in by_company(batch):
            # What waits goes on when a later part's setting allows it: judge it now.
            for sale, order, refusals in _imported(env, part):
                judged.add(sale, order, refusals + differences(sale, order))
        if stop and stop(judged):
            break
    return judged


def by_company(batch):
    """The sales of a batch in parts, each for one setting of the company."""
    parts = defaultdict(list)
    for sale in batch:
        parts[sale.company].append(sale)
    return parts.values()


def _imported(env, part):
    """Return each sale with what the connector made of it, and what it refused."""
    _set_company(env, part[0].company)
    answers = [(sale.json, *sale.later) for sale in part]
    refusals = defaultdict(list)
    for reading in range(max(map(len, answers))):
        told = [answer[reading] for answer in answers if reading < len(answer)]
        for uid, error in _read(env, told).items():
            refusals[uid].append(f"reading {reading + 1} was refused: {error}")
    env.flush_all()
    env.invalidate_all()
    uids = [sale.uid for sale in part]
    orders = env["sale.order"].search([("plug4market_order_uid", "in", uids)])
    by_uid = orders.grouped("plug4market_order_uid")
    return [(s, by_uid.get(s.uid, orders.browse()), refusals[s.uid]) for s in part]


def _set_company(env, setting):
    warehouse = env["stock.warehouse"].search([("code", "=", MARKETPLACE_WAREHOUSE)])
    is_known = setting == "warehouse"
    env.company.write(
        {
            "plug4market_order_target": "sale_order" if is_known else setting,
            "plug4market_fulfilment_warehouse_id": warehouse.id if is_known else False,
        }
    )


def _number_products(env, batch):
    """Let what stands for the number of a product be that number."""
    products = env["product.product"].search([("default_code", "in", SKUS)])
    numbers = {product.default_code: product.id for product in products}
    for sale in batch:
        lines = sale.json["orderItems"]
        for line in lines if isinstance(lines, list) else []:
            if isinstance(line, dict) and isinstance(line["productId"], ProductNumber):
                line["productId"] = str(numbers[line["productId"]])


def _read(env, answers):
    """Import orders as they come off the wire; return the errors of those refused."""
    from odoo.addons.plug4market_connector.hub import HubOrder

    hub_orders = [HubOrder.from_json(json.loads(json.dumps(a))) for a in answers]
    importer = env["plug4market.order.import"]
    _orders, refused = importer._import_orders(env.company, hub_orders)
    return refused
