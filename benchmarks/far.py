"""A hub that is far away: the minute's use, orders, stock, and a crash."""

import contextlib
import time
from functools import partial

import requests
from hub_control import STORE_CNPJ, HubControl

from devkit.proxy import Proxy
from devkit.servers import Simulator

from ._far_shop import (
    BUDGET,
    LIMIT,
    announce,
    begun,
    confirmations,
    far_shop,
    main_store_calls,
    product_calls,
    share_of,
    synced,
    travel,
    watch,
)
from ._report import Report, options

LATENCIES = (0.0, 0.3, 1.0, 3.0)
WARM = 60  # seconds of backlog after which every minute's window is full
ORDER_BOUND = 240
LEASE = 30  # seconds that are longer than a lease


def main():
    chosen = options(__doc__, own_options)
    report = Report()
    if chosen.quick:
        directions(report)
    else:
        for latency in chosen.latency:
            for part in chosen.parts:
                PARTS[part](report, latency, chosen)
    report.finish(chosen.json)


def own_options(parser):
    def listed(kind):
        return lambda text: [kind(one) for one in text.split(",")]

    parser.add_argument(
        "--latency",
        type=listed(float),
        default=LATENCIES,
        help="seconds of an answer: 0,0.3,1,3",
    )
    parser.add_argument(
        "--parts",
        type=listed(part_named),
        default=list(PARTS),
        help=f"which parts: {','.join(PARTS)}",
    )
    parser.add_argument(
        "--orders", type=listed(int), default=[1, 30], help="at once: 1,30,300"
    )
    parser.add_argument(
        "--stores", type=listed(int), default=[1, 4, 20], help="of the part stores"
    )
    parser.add_argument(
        "--minutes", type=int, default=2, help="of backlog that are counted"
    )

    parser.add_argument(
        "--watch", type=int, default=150, help="seconds to look at after a crash"
    )


def part_named(name):
    if name not in PARTS:
        raise ValueError(name)
    return name


def title(latency, what):
    return f"{latency:g} s: {what}"


# -- the minute ---------------------------------------------------------------


def plain(report, latency, _chosen, seconds=20):
    """One call after another over a kept connection, without any Odoo."""
    with Simulator() as simulator:
        hub = HubControl(simulator.url)
        hub.reset()
        token = hub.store()["accessToken"]
        travel(hub, latency)
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {token}"
        made, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            session.get(f"{simulator.url}/orders", timeout=60)
            made += 1
    share = min(1, made / seconds * 60 / BUDGET)
    report.add(title(latency, "the plain way, share of the budget"), f"{share:.0%}")


def backlog(report, latency, chosen):
    for servers in (1, 2):
        use_of_minute(report, latency, chosen.minutes, servers=servers)


def lossy(report, latency, chosen):
    """The backlog again, with 5 % failures and now and then a 429."""
    lots = {"failures": 0.05, "refusals": 0.01}
    use_of_minute(report, latency, chosen.minutes, "5 % failures, ", **lots)


def use_of_minute(report, latency, minutes, note="", servers=1, **lots):
    """How much of the catalogue's calls of a minute are made while SKUs wait."""
    needed = BUDGET * (minutes + 1)
    with far_shop(
        "backlog", latency=latency, backlog=needed, servers=servers, **lots
    ) as shop:
        start = begun(shop)[STORE_CNPJ]
        end = start + 60 * minutes
        time.sleep(max(0, end + latency * 2 + 1 - time.time()))
        tell_use(report, shop, latency, f"{note}{servers} server(s)", minutes)


def tell_use(report, shop, latency, what, minutes):
    shares, refused = [], 0
    for arrivals in shop.hub.arrivals().values():
        counted = sum(at < arrivals[0] + 60 * minutes for at in arrivals)
        shares.append(counted / (BUDGET * minutes))
    refused = sum(call["status"] == 429 for call in shop.hub.calls())
    most = max(shop.hub.most_in_a_minute(store) for store in shop.stores)
    report.add(
        title(latency, f"share of the budget used in {minutes} min, {what}"),
        f"{min(shares):.0%}" + (f" to {max(shares):.0%}" if len(shares) > 1 else ""),
        "95 % at 1 s",
    )
    report.add(
        title(latency, f"most calls in any 60 s; answers 429; most at once, {what}"),
        f"{most}; {refused}; {shop.hub.most_at_once()}",
        f"{LIMIT} at most; 0",
    )


def stores(report, latency, chosen):
    """The backlog and a few orders of several stores."""
    for number in chosen.stores:
        with far_shop(
            "stores", latency=latency, stores=number, backlog=BUDGET * 2
        ) as shop:
            starts = begun(shop)
            time.sleep(max(0, max(starts.values()) + 61 + latency - time.time()))
            tell_use(report, shop, latency, f"{number} store(s)", 1)
            tell_orders(report, shop, latency, max(number, 4), f"{number} store(s)")


# -- orders and stock ---------------------------------------------------------


def orders(report, latency, chosen):
    """From notice to confirmation, with nothing else to do."""
    for number in chosen.orders:
        with far_shop("orders", latency=latency) as shop:
            tell_orders(report, shop, latency, number, "no backlog")


def busy(report, latency, chosen):
    """Orders and stock while the catalogue uses the whole minute."""
    for number in chosen.orders:
        with far_shop("busy", latency=latency, backlog=BUDGET * 5) as shop:
            time.sleep(max(0, begun(shop)[STORE_CNPJ] + WARM - time.time()))
            tell_orders(report, shop, latency, number, "with backlog")
            if number == chosen.orders[0]:
                tell_stock(report, shop, latency, "with backlog")


def tell_orders(report, shop, latency, number, what):
    # A server's first order pays for what it has not read yet.
    confirmations(shop, announce(shop, 1), ORDER_BOUND)
    posted = announce(shop, number)
    taken = confirmations(shop, posted, ORDER_BOUND)
    what = f"{len(posted)} order(s) to confirmation, p50; p95; last, {what}"
    if not taken:
        report.add(title(latency, what), f"none within {ORDER_BOUND} s")
        return
    figures = "; ".join(f"{share_of(taken, share):.1f} s" for share in (0.5, 0.95, 1))
    missing = len(posted) - len(taken)
    late = f"; {missing} not within {ORDER_BOUND} s" if missing else ""
    report.add(title(latency, what), figures + late, goal_of(len(posted), latency))


def goal_of(number, latency):
    return (
        {1: "4 s", 30: "15 s without backlog"}.get(number, "") if latency == 1 else ""
    )


def stock(report, latency, _chosen):
    with far_shop("stock", latency=latency, backlog=1) as shop:
        tell_stock(report, shop, latency, "no backlog")


def tell_stock(report, shop, latency, what, times=3):
    """From the commit of a stock that changed, and at last sold out, to the hub."""
    found = watch(lambda: synced(shop), 90)
    assert found, "no SKU is on the hub"
    product, sku = found
    taken = []
    for quantity in [*range(5, 4 + times), 0]:
        watch(lambda: synced(shop, sku), 20)
        # What was sent a moment ago would wait for more to come.
        shop.sql(
            f"UPDATE plug4market_sku SET synced_at = NULL WHERE sent_sku = '{sku}'"
        )
        shop.hub.forget_calls()
        start = time.time()
        shop.add_stock(product, quantity)
        at = watch(lambda quantity=quantity: told_stock(shop, sku, quantity), 120)
        taken.append(at - start if at else None)
    shown = "; ".join("over 120 s" if one is None else f"{one:.1f} s" for one in taken)
    what = f"stock moves to the hub, the last one sold out, {what}"
    report.add(title(latency, what), shown, "2 s" if latency == 1 else "")


def told_stock(shop, sku, quantity):
    """Return when the hub had this stock of a SKU, if it has it."""
    if shop.hub.products()[sku].get("stock") != quantity:
        return None
    return time.time()


# -- crashes ------------------------------------------------------------------


def crash(report, latency, chosen):
    """Standing still after a kill -9, alone and beside another, and without a FIN."""
    for how, alone in (("kill -9", True), ("kill -9", False), ("no FIN", False)):
        with contextlib.ExitStack() as stack:
            proxy = stack.enter_context(Proxy())
            shop = stack.enter_context(
                far_shop(
                    "crash",
                    latency=latency,
                    backlog=BUDGET * 5,
                    options={"db_host": proxy.folder},
                )
            )
            begun(shop)
            other = None if alone else shop.start()
            if other:
                # What it holds is free when it has slept for longer than a lease.
                other.freeze()
                time.sleep(LEASE)
            announce(shop, 20)
            assert watch(partial(leases, shop), 60), "no work is under way"
            if how == "no FIN":
                proxy.freeze()
            else:
                shop.server.kill()
            killed = time.time()
            leased = leases(shop)
            if other:
                other.thaw()
            else:
                shop.start()
            up = time.time()
            beside = "no other server" if alone else "another server"
            seen = standstill(shop, latency, killed, leased, chosen.watch)
            report.add(
                title(
                    latency,
                    f"seconds after {how}, {beside}, to the next call; until the "
                    f"{len(leased)} rows at work go on",
                ),
                f"{seen}; a server was up after {up - killed:.0f} s",
                "30 s at 1 s",
            )


def leases(shop):
    """Return the rows that somebody works on, with who that is."""
    rows = shop.sql(
        "SELECT 'sku', id, lease_id FROM plug4market_sku WHERE lease_id IS NOT NULL "
        "UNION ALL SELECT 'event', id, lease_id FROM plug4market_order_event "
        "WHERE lease_id IS NOT NULL AND state = 'pending'"
    )
    return {tuple(row) for row in rows}


def standstill(shop, latency, killed, leased, bound):
    """Say how long nothing was called, and how long the leased rows stood still."""

    def next_call():
        # What was sent before the kill may still arrive.
        late = killed + 2 * latency + 0.5
        return next((at for at in main_store_calls(shop) if at > late), None)

    def all_taken_up():
        return not leased & leases(shop) and time.time()

    first = watch(next_call, bound)
    rest = bound - (time.time() - killed)
    taken_up = watch(all_taken_up, max(0, rest))

    def shown(at):
        return f"{at - killed:.0f} s" if at else f"over {bound} s"

    return f"{shown(first)}; {shown(taken_up)}"


# -- quick --------------------------------------------------------------------


def directions(report, latency=0.3):
    """A minute at most that checks directions only: nothing here is a figure."""
    plain(report, latency, None, seconds=3)
    with far_shop("quick", latency=latency, backlog=40) as shop:
        begun(shop)
        posted = announce(shop, 5)
        taken = confirmations(shop, posted, 40)
        report.add(
            title(latency, "5 orders among 40 SKUs, confirmed"), f"{len(taken)}", "5"
        )
        sent = watch(lambda: len(product_calls(shop)) >= 20, 20)
        most = shop.hub.most_in_a_minute(STORE_CNPJ)
        refused = sum(call["status"] == 429 for call in shop.hub.calls())
        report.add(
            title(latency, "SKUs go on meanwhile"), "yes" if sent else "no", "yes"
        )
        report.add(title(latency, "most calls in any 60 s; 429"), f"{most}; {refused}")
        assert len(taken) == len(posted) and sent, "an order or the catalogue stands"
        assert most <= LIMIT and not refused, "the hub's limit was passed"


PARTS = {
    "plain": plain,
    "orders": orders,
    "stock": stock,
    "backlog": backlog,
    "busy": busy,
    "crash": crash,
    "lossy": lossy,
    "stores": stores,
}

if __name__ == "__main__":
    main()
