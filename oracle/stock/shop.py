"""Databases of their own for `./dev oracle stock` and `./dev oracle stock-faults`."""

import time
from contextlib import contextmanager

from benchmarks._inside import environment, open_database

MODULES = {"mrp": ("sale_mrp",), "expiry": ("product_expiry",)}
STORE_CNPJ = "11222333000181"
HUB = "https://hub.example.com"
PART = 200


@contextmanager
def opened(profiles):
    """Yield the registry of a connected store with the modules of these profiles."""
    with open_database("oracle_stock") as registry:
        names = [name for profile in profiles for name in MODULES.get(profile, ())]
        if names:
            registry = install(registry, names)
        with environment(registry) as env:
            connect(env)
        yield registry


def install(registry, names):
    from odoo.modules.registry import Registry

    with environment(registry) as env:
        modules = env["ir.module.module"].search([("name", "in", names)])
        modules.button_immediate_install()
    return Registry(registry.db_name)


def connect(env):
    """Let the main company be a store of the hub."""
    from odoo.addons.plug4market_connector.tests.fake_hub import make_tokens

    tokens = make_tokens(STORE_CNPJ)
    env.company.write(
        {
            "plug4market_environment": "production",
            "plug4market_api_url": HUB,
            "plug4market_active": True,
        }
    )
    env.company.write(
        {
            "plug4market_access_token": tokens["accessToken"],
            "plug4market_refresh_token": tokens["refreshToken"],
        }
    )


def judge(registry, seed, profiles, number):
    from .run import Player

    start = time.monotonic()
    told = 0

    def tell(judged):
        nonlocal told
        if judged.played.total() >= told + PART:
            told = judged.played.total()
            seconds = time.monotonic() - start
            wrong = judged.wrong.total()
            print(f"{told:6} steps, {wrong} wrong, {seconds:.0f} s", flush=True)

    with environment(registry) as env:
        judged = Player(env, seed, profiles).play(number, stop=tell)
    print("\n".join(judged.lines()))
    return int(bool(judged.news))


def find_faults(registry, seed, profiles):
    """Plant each fault, and say after how many steps it was found."""
    raise NotImplementedError
