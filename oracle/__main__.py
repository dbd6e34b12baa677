"""`./dev oracle orders`, `faults`, `stock` and `stock-faults`."""

import argparse
import random
import sys
import time

from benchmarks._inside import environment, open_database

from . import faults, run
from .planting import planted
from .stock.steps import PROFILES

FAULT_ORDERS = 1000
# A transaction for each part: records of 10,000 orders would fill the memory.
PART = 500


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev oracle", description=__doc__)
    parser.add_argument("what", choices=("orders", "faults", "stock", "stock-faults"))
    parser.add_argument("--orders", type=int, default=10_000, help="(%(default)s)")
    parser.add_argument("--steps", type=int, default=10_000, help="(%(default)s)")
    parser.add_argument("--profile", choices=(*PROFILES, "all"), default="plain")
    parser.add_argument("--seed", type=int, help="by default another one each time")
    chosen = parser.parse_args(argv)
    seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    print(f"seed {seed}", flush=True)
    if chosen.what.startswith("stock"):
        profiles = PROFILES if chosen.profile == "all" else (chosen.profile,)
        return judge_stock(seed, profiles, chosen.steps, chosen.what)
    with open_database("oracle") as registry:
        with environment(registry) as env:
            run.stock_up(env)
        if chosen.what == "faults":
            return find_faults(registry, seed)
        return judge_orders(registry, seed, chosen.orders)


def judge_stock(seed, profiles, number, what):
    from .stock import shop

    with shop.opened(profiles) as registry:
        if what == "stock-faults":
            return shop.find_faults(registry, seed, profiles, number)
        return shop.judge(registry, seed, profiles, number)


def judge_orders(registry, seed, number):
    judged, start = run.Judged(), time.monotonic()
    sales = run.sales(seed, number)
    for first in range(0, number, PART):
        part = sales[first : first + PART]
        with environment(registry) as env:
            run.judge(env, part, judged)
        wrong = len(judged.wrong_numbers)
        seconds = time.monotonic() - start
        print(
            f"{first + len(part):6} orders, {wrong} wrong, {seconds:.0f} s", flush=True
        )
    print("\n".join(judged.lines()))
    return int(bool(judged.news))


def find_faults(registry, seed):
    """Plant each fault, and say after how many orders it was found.

    Found is an order that is wrong with the fault, and right without it.
    """
    wrong_anyway = judge_and_forget(registry, seed).wrong_numbers
    print(f"{'no fault':52} {len(wrong_anyway)} wrong of {FAULT_ORDERS}", flush=True)
    missed = 0
    for name, fault in faults.FAULTS.items():
        with planted(fault):
            judged = judge_and_forget(
                registry, seed, stop=lambda judged: judged.wrong_numbers - wrong_anyway
            )
        found = [
            (sale.draw.number, kind, what)
            for kind, wrong in judged.wrong.items()
            for sale, what in wrong
            if sale.draw.number not in wrong_anyway
        ]
        missed += not found
        print(f"{name:52} {_explain_found(found)}", flush=True)
    return int(bool(missed))


def judge_and_forget(registry, seed, stop=None):
    """Judge the orders of a seed in a transaction that is rolled back."""
    with environment(registry, commit=False) as env:
        return run.judge(env, run.sales(seed, FAULT_ORDERS), stop=stop)


def _explain_found(found):
    if not found:
        return f"NOT FOUND in {FAULT_ORDERS} orders"
    number, kind, what = min(found)
    return f"{number:4} orders: {kind}, {'; '.join(what)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
