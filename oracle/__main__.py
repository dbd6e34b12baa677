"""`./dev oracle orders` and `./dev oracle faults`."""

import argparse
import random
import sys

from benchmarks._inside import environment, open_database

from . import faults, run

FAULT_ORDERS = 1000


def main(argv):
    parser = argparse.ArgumentParser(prog="./dev oracle", description=__doc__)
    parser.add_argument("what", choices=("orders", "faults"))
    parser.add_argument("--orders", type=int, default=10_000, help="(%(default)s)")
    parser.add_argument("--seed", type=int, help="by default another one each time")
    chosen = parser.parse_args(argv)
    seed = chosen.seed if chosen.seed is not None else random.randrange(10**6)
    print(f"seed {seed}", flush=True)
    with open_database("oracle") as registry:
        if chosen.what == "faults":
            return find_faults(registry, seed)
        return judge_orders(registry, seed, chosen.orders)


def judge_orders(registry, seed, number):
    with environment(registry) as env:
        run.stock_up(env)
    judged = run.Judged()
    sales = run.sales(seed, number)
    for start in range(0, number, 500):
        # A transaction for each part: records of 10,000 orders would fill the memory.
        with environment(registry) as env:
            run.judge(env, sales[start : start + 500], judged)
        print(f"{start + 500:6} orders, {judged.wrong_number} wrong", flush=True)
    print("\n".join(judged.lines()))
    return int(bool(judged.wrong_number))


def find_faults(registry, seed):
    """Plant each fault, and say after how many orders it was found."""
    missed = 0
    for name in faults.FAULTS:
        with environment(registry, commit=False) as env, faults.planted(name):
            run.stock_up(env)
            sales = run.sales(seed, FAULT_ORDERS)
            judged = run.judge(env, sales, stop=lambda judged: judged.wrong_number)
            env.cr.rollback()
        kinds = ", ".join(judged.wrong) or "NOT FOUND"
        missed += not judged.wrong_number
        print(f"{name:50} {judged.made.total():5} orders: {kinds}", flush=True)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
