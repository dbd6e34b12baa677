"""Orders: the cost of an import over plain Odoo, bad ones among good, end to end."""

import concurrent.futures
import contextlib
import time

from hub_control import HubControl
from shop import open_shop, wait_until

from devkit import paths
from devkit.servers import Simulator

from . import _many_stores
from ._inside import counted_statements, environment, open_database
from ._order_shop import BATCH, Importer, poisoned, sell, stock_up, unknown_order
from ._plain_orders import import_plainly
from ._report import Report, options, ratio, side_by_side, timed

# What good orders may cost among bad ones that are met for the first time. What Odoo
# refuses is found by halves: the good orders of its batch are written again.
WAYS_TO_FAIL = {
    "the hub does not know": "1.10 at most",
    "cannot be prepared": "1.10 at most",
    "cannot be written": "1.5 at most",
    "cannot be confirmed": "1.5 at most",
}


def main():
    chosen = options(__doc__)
    report = Report()
    with Simulator() as simulator, open_database("bench_orders") as registry:
        hub = HubControl(simulator.url)
        hub.reset()
        importer = Importer(registry, hub)
        with open_database("bench_plain", paths.BASE_DATABASE) as plain:
            stock_up(plain)
            cost(importer, plain, report, chosen.quick)
        calls(importer, report)
        for how in WAYS_TO_FAIL:
            bad_among_good(importer, how, report, chosen.quick)
    for stores in (1, 4 if chosen.quick else 20):
        end_to_end(stores, report, chosen.quick)
    report.finish(chosen.json)


# -- inside one process -------------------------------------------------------


def cost(importer, plain, report, quick):
    """An import, calls of the hub included, over the same orders in plain Odoo."""
    repetitions = 4 if quick else 15
    statements = {"ours": 0, "plain": 0, "beside": 0}

    def ours():
        hub_orders = sell(importer.hub, BATCH)
        with counted_statements() as counted:
            seconds = importer.import_orders(hub_orders)
        assert importer.imported(hub_orders) == BATCH
        # The notices were put there by the webhook's door.
        statements["ours"] += len(counted)
        return seconds

    def in_plain_odoo(registry, name):
        hub_orders = sell(importer.hub, BATCH)
        with counted_statements() as counted:
            seconds = timed(lambda: import_into(registry, hub_orders))
        statements[name] += len(counted)
        return seconds

    works = {
        "ours": ours,
        "plain": lambda: in_plain_odoo(plain, "plain"),
        "beside": lambda: in_plain_odoo(importer.registry, "beside"),
    }
    for work in works.values():
        work()
    statements.update(dict.fromkeys(statements, 0))
    seconds = side_by_side(repetitions, **works)
    for name, what, goal in (
        ("plain", "an Odoo without the connector", "1.15 at most"),
        ("beside", "the connector's own database", ""),
    ):
        middle, low, high = ratio(seconds["ours"], seconds[name])
        report.add(
            f"Importing {BATCH} orders, over plain create and confirm in {what}",
            f"{middle:.2f} ({low:.2f} to {high:.2f})",
            goal,
        )
        report.add(
            f"SQL statements of it, over those in {what}",
            f"{statements['ours'] / statements[name]:.2f} "
            f"({statements['ours'] / BATCH / repetitions:.1f} over "
            f"{statements[name] / BATCH / repetitions:.1f} an order)",
            goal and "1.3 at most",
        )


def import_into(registry, hub_orders):
    with environment(registry) as env:
        import_plainly(env, hub_orders)


def calls(importer, report):
    """The hub's calls for an order, and for a look that finds nothing."""
    hub_orders = sell(importer.hub, BATCH)
    importer.hub.forget_calls()
    importer.import_orders(hub_orders)
    made = importer.hub.calls(path_prefix="/orders")
    report.add("Calls of the hub an order", f"{len(made) / BATCH:.2f}", "2")
    importer.poll()
    importer.work()
    importer.hub.forget_calls()
    importer.poll()
    report.add("Calls of a poll that finds no news", len(importer.hub.calls()), "1")


def bad_among_good(importer, how, report, quick):
    """Orders that always fail, one among twenty good ones, and without them.

    They are met for the first time, and then again: they come back with every retry.
    """
    good, repetitions = (200, 2) if quick else (1000, 3)
    unknown = how == "the hub does not know"
    failing = None if unknown else poisoned(importer.registry, how)
    bad_orders = []

    def among(bad):
        good_orders = sell(importer.hub, good)
        mixed = list(good_orders)
        for number, order in enumerate(bad):
            mixed.insert(number * 21, order)
        with failing or contextlib.nullcontext():
            seconds = importer.import_orders(mixed)
        assert importer.imported(good_orders) == good
        assert importer.imported(bad) == 0
        return seconds

    def first():
        if unknown:
            bad_orders[:] = [unknown_order() for _ in range(good // 20)]
        else:
            bad_orders[:] = sell(importer.hub, good // 20, note="poison")
        return among(bad_orders)

    works = {"first": first, "good": lambda: among([])}
    if how == "cannot be written":
        first()
        works["again"] = lambda: among(bad_orders)
    seconds = side_by_side(repetitions, **works)
    for name, when, goal in (
        ("first", "", WAYS_TO_FAIL[how]),
        ("again", ", met again", "1.10 at most"),
    ):
        if name in works:
            middle, low, high = ratio(seconds[name], seconds["good"])
            report.add(
                f"Importing {good} good orders among {good // 20} that {how}{when}, "
                "over without those",
                f"{middle:.2f} ({low:.2f} to {high:.2f})",
                goal,
            )


# -- real processes -----------------------------------------------------------


def end_to_end(stores, report, quick):
    """Webhooks in, confirmed orders out: Odoo with two workers, the limit off."""
    number = (100 if quick else 1000) // stores * stores
    with open_shop(f"bench_{stores}_stores") as shop:
        cnpjs = _many_stores.open_stores(shop, stores)
        shop.start(workers=2)
        shop.sign_in()
        notices = [
            (cnpj, hub_order["id"])
            for cnpj in cnpjs
            for hub_order in sell(shop.hub, number // stores, cnpj)
        ]
        start = time.monotonic()
        send(shop, notices)
        wait_until(
            lambda: confirmed(shop) == number, "every order confirmed", seconds=1800
        )
        seconds = time.monotonic() - start
    report.add(
        f"End to end, {number} orders of {stores} store(s), two workers",
        f"{number / seconds * 3600:,.0f} orders an hour",
        "10,000",
    )


def confirmed(shop):
    return int(
        shop.value(
            "SELECT count(*) FROM plug4market_order_event "
            "WHERE kind = 'confirm' AND state = 'done'"
        )
    )


def send(shop, notices):
    """Post the notices to the door, four at a time."""
    from ._door import Door, notice

    door = Door(shop)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        bodies = [notice(order_id, cnpj) for cnpj, order_id in notices]
        assert set(pool.map(door.post, bodies)) == {200}


if __name__ == "__main__":
    main()
