"""Databases of their own for `./dev oracle stock` and `./dev oracle stock-faults`."""

import time
from contextlib import contextmanager

from benchmarks._inside import environment, open_database

from ..planting import planted

MODULES = {"mrp": ("sale_mrp",), "expiry": ("product_expiry",)}
STORE_CNPJ = "11222333000181"
PART = 200
FAULT_STEPS = 400


@contextmanager
def opened(profiles):
    """Yield the registry of a connected store with the modules of these profiles."""
    with open_database("oracle_stock") as registry:
        names = [name for profile in profiles for name in MODULES.get(profile, ())]
        if names:
            registry = install(registry, names)
        with environment(registry) as env:
            from .hub import connect

            connect(env.company, STORE_CNPJ)
        yield registry


def install(registry, names):
    from odoo.modules.registry import Registry

    with environment(registry) as env:
        modules = env["ir.module.module"].search([("name", "in", names)])
        modules.button_immediate_install()
    return Registry(registry.db_name)


def judge(registry, seed, profiles, number):
    from .run import Player

    start = time.monotonic()
    told, shown = 0, set()

    def tell(judged):
        nonlocal told
        for why in judged.told.keys() - shown:
            shown.add(why)
            print(f"{why}: {judged.told[why][0]}", flush=True)
        if judged.played.total() >= told + PART:
            told = judged.played.total()
            seconds = time.monotonic() - start
            wrong = judged.wrong.total()
            print(f"{told:6} steps, {wrong} wrong, {seconds:.0f} s", flush=True)

    with environment(registry) as env:
        judged = Player(env, seed, profiles).play(number, stop=tell)
    print("\n".join(judged.lines()))
    return int(bool(judged.news))


def find_faults(registry, seed, profiles, number):
    """Plant each fault, and say after how many steps it was found.

    Found is a SKU that differs with the fault, after steps of a seed after which none
    differs without it.
    """
    from .faults import FAULTS, SEEN_IN

    number = min(number, FAULT_STEPS)
    anyway = judge_and_forget(registry, seed, profiles, number)
    known = set(anyway.wrong_keys)
    print(f"{'no fault':52} {len(known)} SKUs wrong in {number} steps", flush=True)
    missed = 0
    for name, fault in FAULTS.items():
        if not SEEN_IN.get(name, set()) <= {*profiles}:
            print(f"{name:52} needs {', '.join(sorted(SEEN_IN[name]))}", flush=True)
            continue
        with planted(fault):
            judged = judge_and_forget(
                registry, seed, profiles, number, lambda found: found.wrong_keys - known
            )
        news = judged.wrong_keys - known
        missed += not news
        print(f"{name:52} {_explain_found(news, judged, number)}", flush=True)
    return int(bool(missed))


def judge_and_forget(registry, seed, profiles, number, stop=None):
    """Play the steps of a seed in a transaction that is rolled back.

    What the exporter commits in transactions of its own goes with it: they share its
    cursor, as in a test.
    """
    from .run import Player

    with environment(registry, commit=False) as env, sharing(registry, env.cr):
        player = Player(env, seed, profiles, end=lambda: end_as_in_a_test(env))
        return player.play(number, stop=stop)


@contextmanager
def sharing(registry, cr):
    """Let every cursor that is opened be this one, for the block."""
    from unittest.mock import patch

    @contextmanager
    def shared(*_arguments, **_options):
        with cr.savepoint():
            yield cr

    with patch.object(type(registry), "cursor", lambda _self, *_a, **_o: shared()):
        yield


def end_as_in_a_test(env):
    """Insert the marks, as the end of the transaction would."""
    env.flush_all()
    env.cr.precommit.run()
    env.invalidate_all()


def _explain_found(news, judged, number):
    if not news:
        return f"NOT FOUND in {number} steps"
    first = min(news)
    return f"{first[0]:4} steps: {judged.wrong_at[first]}"
