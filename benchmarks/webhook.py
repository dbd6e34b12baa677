"""The webhook's door over a bare route that inserts one row, and a burst of notices."""

import concurrent.futures
import random
import time
import uuid

from hub_control import product_values
from shop import open_shop, wait_until

from devkit import odoo, paths

from ._door import Door, notice
from ._report import Report, options, ratio, side_by_side

BARE = "bench_bare_door"
SENDERS = 4
BURST = 10_000
PATIENCE = 900  # seconds that the burst may take


def main():
    chosen = options(__doc__)
    report = Report()
    addons = odoo.addons_path(paths.ROOT / "benchmarks" / "addons")
    with open_shop("bench_webhook") as shop:
        odoo.install(shop.database, [BARE], f"--addons-path={addons}")
        shop.start(workers=2, addons_path=addons)
        shop.connect()
        shop.hub.settings(webhook_url=None)
        key = "plug4market_connector.calls_per_minute"
        shop.odoo.call("ir.config_parameter", "set_param", key, "1000000")
        doors = {"ours": Door(shop), "bare": Door(shop, "/bench/bare")}
        for kind in ("unique", "repeated"):
            door_over_bare(shop, doors, kind, report, chosen.quick)
        burst(shop, doors["ours"], report, chosen.quick)
    report.finish(chosen.json)


def door_over_bare(shop, doors, kind, report, quick):
    """Requests a second and the slowest hundredth, with the queue's job held still.

    The job would take the processor from both doors, unevenly.
    """
    number, repetitions = (300, 3) if quick else (1000, 9)
    slowest = {name: [] for name in doors}
    stop_queue(shop, True)

    def post_to(name):
        seconds, took = send(doors[name], notices(kind, number))
        slowest[name].append(percentile(took, 0.99))
        return number / seconds

    works = {name: lambda name=name: post_to(name) for name in doors}
    for work in works.values():
        work()
    for times in slowest.values():
        times.clear()
    a_second = side_by_side(repetitions, **works)
    for what, goal, figures in (
        ("requests a second", "0.85 or more", a_second),
        ("slowest hundredth", "1.5 at most", slowest),
    ):
        middle, low, high = ratio(figures["ours"], figures["bare"])
        report.add(
            f"Webhook over a bare route, {kind} notices, {what}",
            f"{middle:.2f} ({low:.2f} to {high:.2f})",
            goal,
        )
    shop.sql("TRUNCATE plug4market_order_event, bench_bare_door_notice")
    stop_queue(shop, False)


def stop_queue(shop, stopped):
    """Let the job of orders rest, or go on; the door pokes it as ever."""
    shop.sql(
        f"UPDATE ir_cron SET active = {not stopped} "
        "WHERE cron_name LIKE 'Plug4Market: process%'"
    )


def notices(kind, number):
    """Return bodies for one order each, or all for the same order."""
    same = str(uuid.uuid4())
    return [
        notice(same if kind == "repeated" else str(uuid.uuid4())) for _ in range(number)
    ]


def send(door, bodies):
    """Post bodies, some at a time; return all the seconds, and those of each."""

    def post(body):
        start = time.perf_counter()
        assert door.post(body) == 200
        return time.perf_counter() - start

    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(SENDERS) as pool:
        took = list(pool.map(post, bodies))
    return time.perf_counter() - start, took


def percentile(values, share):
    return sorted(values)[int(len(values) * share)]


def burst(shop, door, report, quick):
    """Many notices of few orders at once, the queue at work: what comes of them."""
    number = BURST // 10 if quick else BURST
    shop.odoo.call("product.product", "create", [product_values("S-0", "Produto", 20)])
    orders = [shop.hub.order([("S-0", 1, 20)]) for _ in range(number // 50)]
    bodies = [notice(order["id"]) for order in orders for _copy in range(50)]
    random.shuffle(bodies)
    seconds, took = send(door, bodies)
    start = time.perf_counter()
    wait_until(
        lambda: (
            shop.value(
                "SELECT count(*) FROM plug4market_order_event WHERE state = 'pending'"
            )
            == "0"
        ),
        "the end of the burst",
        seconds=PATIENCE,
    )
    ((count, distinct),) = shop.sql(
        "SELECT count(*), count(DISTINCT plug4market_order_uid) FROM sale_order "
        "WHERE plug4market_order_uid IS NOT NULL"
    )
    assert int(count) == int(distinct) == len(orders)
    report.add(
        f"A burst of {number:,} notices of {len(orders)} orders, the queue at work",
        f"{number / seconds:.0f} a second, p99 {percentile(took, 0.99) * 1000:.0f} ms; "
        f"all worked {time.perf_counter() - start:.0f} s after the last",
        "none lost, none doubled",
    )


if __name__ == "__main__":
    main()
