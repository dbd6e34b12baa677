"""The catalogue: calls, the minute's limit, and cost by the number of changes."""

import random
import statistics
import time
from unittest.mock import patch

from hub_control import most_in_a_minute, product_values
from shop import open_shop, wait_until

from . import _catalogue_data as data
from ._inside import counted_statements, environment, open_database
from ._report import Report, options, ratio, side_by_side, timed

LIMIT = 100
FOR_THE_CATALOGUE = 95
DIRTY = 1000


def main():
    chosen = options(__doc__)
    report = Report()
    with open_database("bench_catalogue") as registry:
        finding(registry, report, chosen.quick)
        picking(registry, report, chosen.quick)
    with open_shop("bench_limit") as shop:
        limit(shop, report, chosen.quick)
        merging(shop, report)
    report.finish(chosen.json)


# -- inside one process -------------------------------------------------------


def finding(registry, report, quick):
    """The cost of 1,000 dirty SKUs in a small and in a ten times larger catalogue."""
    small, large = (2_000, 20_000) if quick else (10_000, 100_000)
    repetitions = 2 if quick else 5
    with environment(registry) as env:
        data.connect(env, "http://127.0.0.1:9")
        model = data.publish_model(env)
    seconds, statements, memory = {}, {}, {}
    for size in (small, large):
        with environment(registry) as env:
            data.grow(env, env["product.product"].browse(model.id), size)
        send_dirty(registry, DIRTY)
        with counted_statements() as counted:
            seconds[size] = [send_dirty(registry, DIRTY) for _ in range(repetitions)]
        statements[size] = len(counted) / repetitions / DIRTY
        memory[size] = memory_of_backlog(registry)
    middle, low, high = ratio(seconds[large], seconds[small])
    each = sorted(seconds[large])[repetitions // 2] / DIRTY * 1000
    report.add(
        f"Cost of {DIRTY:,} dirty SKUs among {large:,}, over among {small:,}",
        f"{middle:.2f} ({low:.2f} to {high:.2f}); {each:.1f} ms and "
        f"{statements[large]:.1f} SQL statements each, over {statements[small]:.1f}",
        "1.0",
    )
    report.add(
        f"Memory added by 50 rounds while {large:,} SKUs wait, and {small:,}",
        f"{memory[large]:.0f} MB, {memory[small]:.0f} MB",
        "the same",
    )


def send_dirty(registry, number):
    """Change the price of SKUs and work them to the end, without the hub itself."""
    with environment(registry) as env:
        rows = env["plug4market.sku"].search([], limit=number * 3)
        chosen = env["plug4market.sku"].browse(random.sample(rows.ids, number))
        env.cr.execute(
            "UPDATE product_template SET list_price = list_price + 1 WHERE id IN %s",
            [tuple(chosen.product_id.product_tmpl_id.ids)],
        )
        env["plug4market.sku.change"]._mark(chosen.product_id, "price")
        # They were not sent a moment ago, so nothing makes them wait.
        env.cr.execute("UPDATE plug4market_sku SET synced_at = NULL")
    return timed(lambda: work_all(registry))


def work_all(registry, rounds=None):
    """Work rounds of the exporter; every call succeeds without being made."""
    calls = "odoo.addons.plug4market_connector.models.store.plug4market_store_calls"
    with patch(f"{calls}.side_by_side", accept_all):
        while rounds is None or rounds > 0:
            with environment(registry) as env:
                if not env["plug4market.sku.exporter"]._run():
                    return
            rounds = rounds and rounds - 1


def accept_all(calls, **_options):
    from odoo.addons.plug4market_connector.hub import Outcome

    done = Outcome(ended=time.monotonic())
    return {store: [done for _call in made] for store, made in calls.items()}


def memory_of_backlog(registry):
    """Return the megabytes that this process grows by while all SKUs wait."""
    with environment(registry) as env:
        env.cr.execute("UPDATE plug4market_sku SET state = 'pending'")
    before = resident_megabytes()
    work_all(registry, rounds=50)
    grown = resident_megabytes() - before
    with environment(registry) as env:
        env.cr.execute("UPDATE plug4market_sku SET state = 'synced'")
    return grown


def resident_megabytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1024**2


def picking(registry, report, quick):
    """What marking adds to the validation of a transfer of 500 published products."""
    lines, repetitions = (100, 3) if quick else (500, 15)
    with environment(registry) as env:
        rows = env["plug4market.sku"].search([], limit=lines)
        product_ids = rows.product_id.ids
    model = marks_model()

    def with_marks():
        return validate(registry, product_ids)

    def without_marks():
        with patch.object(model, "_mark", lambda *_arguments: None):
            return validate(registry, product_ids)

    with_marks()
    seconds = side_by_side(repetitions, marked=with_marks, plain=without_marks)
    middle, low, high = ratio(seconds["marked"], seconds["plain"])
    report.add(
        f"Validating a transfer of {lines} lines, with marking over without",
        f"{middle:.3f} ({low:.3f} to {high:.3f})",
        "under 1.05",
    )
    inside = statistics.median(share_of_marking(with_marks) for _ in range(3))
    report.add(
        f"Share of the time of that validation spent on marking, {lines} lines",
        f"{inside:.1%}",
        "under 5 %",
    )


def marks_model():
    from odoo.addons.plug4market_connector.models.catalogue import (
        plug4market_sku_change,
    )

    return plug4market_sku_change.Plug4marketSkuChange


def share_of_marking(validated):
    """Return which part of one validation is spent inside marking."""
    spent = []

    def clocked(method):
        def call(*arguments):
            spent.append(timed(lambda: method(*arguments)))

        return call

    model = marks_model()
    with (
        patch.object(model, "_mark", clocked(model._mark)),
        patch.object(model, "_insert_marks", clocked(model._insert_marks)),
    ):
        seconds = validated()
    return sum(spent) / seconds


def validate(registry, product_ids):
    """Return the seconds of one validation; the transfer itself is rolled back."""
    with environment(registry, commit=False) as env:
        warehouse = env["stock.warehouse"].search([], limit=1)
        transfer = env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "location_id": env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product,
                            "product_uom_qty": 2,
                            "location_id": env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": warehouse.lot_stock_id.id,
                        },
                    )
                    for product in product_ids
                ],
            }
        )
        transfer.action_confirm()
        env.flush_all()
        env.cr.precommit.run()

        def work():
            transfer.button_validate()
            env.flush_all()
            env.cr.precommit.run()

        return timed(work)


# -- real processes -----------------------------------------------------------


def limit(shop, report, quick):
    """Two Odoo processes and a backlog, against the hub's 100 calls a minute."""
    minutes = 1 if quick else 4
    shop.start()
    shop.connect()
    shop.start(workers=2)
    shop.hub.settings(rate_limit=LIMIT)
    skus = FOR_THE_CATALOGUE * minutes + 20
    values = [product_values(f"B-{n:04}", f"Produto {n}", 20) for n in range(skus)]
    products = shop.odoo.call("product.product", "create", values)
    shop.odoo.call("product.product", "action_plug4market_sync", products)
    wait_until(
        lambda: shop.sql("SELECT 1 FROM plug4market_sku WHERE state = 'pending'") == [],
        "the whole backlog",
        seconds=90 * (minutes + 1),
    )
    calls = shop.hub.calls(limit=5000)
    made = [call for call in calls if not call["path"].startswith("/auth")]
    refused = sum(call["status"] == 429 for call in made)
    share = calls_in(made, minutes * 60) / (FOR_THE_CATALOGUE * minutes)
    report.add(
        "Most calls in any 60 seconds, two Odoo processes",
        f"{most_in_a_minute(made)}, and {refused} answers 429",
        "100 at most, no 429",
    )
    report.add(
        f"Share of the catalogue's {FOR_THE_CATALOGUE} calls a minute used in "
        f"{minutes} min of backlog",
        f"{share:.1%}",
        "95 % or more",
    )
    sent = [call for call in made if call["path"].startswith("/products")]
    report.add(
        "SKUs synchronised per call, first publication", f"{skus / len(sent):.2f}", "1"
    )


def calls_in(calls, seconds):
    """Return how many calls were made in the first ``seconds``."""
    from datetime import datetime

    moments = sorted(datetime.fromisoformat(call["at"]) for call in calls)
    return sum((at - moments[0]).total_seconds() < seconds for at in moments)


def merging(shop, report):
    """Calls for many changes of few SKUs, and for changes that change nothing."""
    shop.hub.settings(rate_limit=None)
    key = "plug4market_connector.calls_per_minute"
    shop.odoo.call("ir.config_parameter", "set_param", key, "100000")
    rows = shop.odoo.call(
        "product.product",
        "search_read",
        [("default_code", "in", ["B-0000", "B-0001"])],
        ["id"],
    )
    shop.hub.forget_calls()
    for quantity in range(1, 101):
        for row in rows:
            shop.add_stock(row["id"], quantity)
    settle(shop)
    calls = shop.hub.calls(method="PUT", limit=5000)
    report.add(
        f"Calls for 100 moves on each of {len(rows)} SKUs, a SKU",
        f"{len(calls) / len(rows):.1f}",
        "2 at most",
    )
    shop.hub.forget_calls()
    everything = shop.odoo.call("product.product", "search", [("sale_ok", "=", True)])
    same = product_values("", "", 20)
    for name in ("weight", "list_price", "plug4market_width"):
        shop.odoo.call("product.product", "write", everything, {name: same[name]})
    settle(shop)
    calls = shop.hub.calls(method="PUT", limit=5000)
    report.add("Calls for a catalogue that did not change", len(calls), "0")


def settle(shop):
    """Wait until neither a mark nor a SKU waits."""
    waiting = (
        "SELECT 1 FROM plug4market_sku_change UNION ALL "
        "SELECT 1 FROM plug4market_sku WHERE state = 'pending' LIMIT 1"
    )
    wait_until(lambda: shop.sql(waiting) == [], "the end of the queue", seconds=300)


if __name__ == "__main__":
    main()
