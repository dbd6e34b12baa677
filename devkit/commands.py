"""The commands of `./dev`, one function each."""

import contextlib
import os
import shutil
import signal
import subprocess

from . import (
    databases,
    debian,
    demo,
    environment,
    locks,
    measure,
    odoo,
    paths,
    postgres,
    processes,
    servers,
    smoke,
)
from . import oca as oca_addons
from .console import Failure, say, step


def setup():
    """Make everything ready: packages, Odoo, PostgreSQL, the base database."""
    environment.ensure()
    with postgres.serving():
        databases.ensure_base()
    odoo.show_version()
    return 0


def run(port, simulator_port):
    """Serve the demo and the simulator until Ctrl-C."""
    processes.check_port(port, "Odoo", "--port")
    processes.check_port(simulator_port, "the simulator", "--simulator-port")
    environment.ensure()
    with postgres.serving():
        databases.ensure_demo()
        simulator = servers.Simulator(simulator_port, paths.SIMULATOR_STATE)
        server = servers.OdooServer(paths.DEMO_DATABASE, port)
        say("==> Starting the simulator and Odoo ...")
        with simulator, server:
            demo.connect(server.url, simulator.url)
            _welcome(server, simulator)
            return _watch(server, simulator)


def _welcome(server, simulator):
    say(
        f"""
Odoo        {server.url}   login admin, password admin
Simulator   {simulator.url}   its panel makes orders and shows every call
Logs        {server.log_path}
            {simulator.log_path}

First: sign in to Odoo, open Marketplace > Sincronização de produtos and send a product.
Then make and approve an order in the simulator's panel (Pedidos) and watch it arrive in
Marketplace > Pedidos.

Ctrl-C stops all of this."""
    )


def _watch(*running):
    """Wait for Ctrl-C, or for the end of one of the programs."""
    while True:
        for server in running:
            try:
                server.process.wait(1)
            except subprocess.TimeoutExpired:
                continue
            raise Failure(
                f"{server.what} stopped. The end of {server.log_path}:\n"
                f"{processes.tail(server.log_path)}"
            )


def test(arguments):
    """Run what pytest's arguments name, or lint, run every test and measure them."""
    if not arguments and not (paths.ROOT / "tests").is_dir():
        raise Failure("There is no folder tests/ to run.")
    environment.ensure()
    debian.ensure_chromium()
    waiting = "Another ./dev test is running; waiting for it."
    with locks.exclusive("test", waiting), postgres.serving():
        whole = not arguments
        failed = whole and _lint()
        failed |= whole and not smoke.passes()
        databases.make_test()
        # Odoo's limit on memory would be the browser's too, which does not start then.
        config = odoo.config(
            paths.TEST_DATABASE, "test", log_level="warn", limit_memory_hard=0
        )
        status = _attached(
            [paths.PYTHON, "-m", "pytest", "--odoo-http", *arguments],
            env={**odoo.environment(config), **(measure.begin() if whole else {})},
        )
        failed |= whole and not measure.reaches_floor()
    return status or int(failed)


def oca(arguments):
    """Run tests/oca in a database with OCA's Brazilian localisation."""
    environment.ensure()
    waiting = "A ./dev test is running; waiting for it."
    with locks.exclusive("test", waiting), postgres.serving():
        oca_addons.ensure()
        oca_addons.make_test()
        return _attached(
            [paths.PYTHON, "-m", "pytest", "--odoo-http", "tests/oca", *arguments],
            env={**odoo.environment(oca_addons.config()), "PLUG4MARKET_OCA": "1"},
        )


def _lint():
    """Run the hooks of .pre-commit-config.yaml; return whether they found something."""
    say("==> Lint (pre-commit run -a)")
    status = _attached(
        [paths.VENV / "bin" / "pre-commit", "run", "-a", "--show-diff-on-failure"],
        env={**os.environ, "PRE_COMMIT_HOME": str(paths.DEV / "pre-commit")},
    )
    if status:
        say("==> The lint failed. The tests run nevertheless; then this command fails.")
    return bool(status)


def run_odoo(arguments):
    """Run Odoo's own command line, by default on the demo database."""
    environment.ensure()
    with postgres.serving():
        databases.ensure_demo_clone()
        config = odoo.config(paths.DEMO_DATABASE, "odoo", dbfilter="")
        return _attached(odoo.command(*arguments), env=odoo.environment(config))


def i18n():
    """Export the addon's terms from a fresh installation, and merge pt_BR.po."""
    with _new_test_database():
        odoo.run_script(paths.TEST_DATABASE, "translations.py")
    say(f"Translate what has an empty msgstr in {paths.ADDON}/i18n/pt_BR.po.")
    return 0


# Benchmarks that are run by their name only.
HOURS = ("far",)


def bench(arguments):
    """Run the named file of benchmarks/, or all that take minutes and not hours."""
    folder = paths.ROOT / "benchmarks"
    names = sorted(path.stem for path in folder.glob("[!_]*.py"))
    chosen = [name for name in names if name not in HOURS]
    if arguments and arguments[0][0] != "-":
        chosen = arguments[:1]
    if set(chosen) - set(names):
        raise Failure(f"Name one of the benchmarks: {', '.join(names)}.")
    options = arguments[1:] if chosen == arguments[:1] else arguments
    with _new_test_database():
        return max(
            _attached(
                [paths.PYTHON, "-m", f"benchmarks.{name}", *options],
                env=odoo.environment(),
            )
            for name in chosen
        )


def oracle(arguments):
    """Import orders whose expected result is computed without the connector."""
    with _new_test_database():
        return _attached(
            [paths.PYTHON, "-m", "oracle", *arguments], env=odoo.environment()
        )


@contextlib.contextmanager
def _new_test_database():
    """Have the test database anew, and nobody else at it, for the block."""
    environment.ensure()
    waiting = "A ./dev test is running; waiting for it."
    with locks.exclusive("test", waiting), postgres.serving():
        databases.make_test()
        yield


def reset(everything):
    """Drop the demo and test databases; with `everything` the whole folder .dev."""
    if not paths.VENV.exists():
        say("There is nothing to reset.")
        return 0
    if not everything or postgres.own_server():
        names = [paths.DEMO_DATABASE, paths.TEST_DATABASE, oca_addons.TEST_DATABASE]
        made_once = [paths.BASE_DATABASE, oca_addons.DATABASE]
        with postgres.serving():
            for name in [*names, *made_once] if everything else names:
                databases.drop(name)
    paths.SIMULATOR_STATE.unlink(missing_ok=True)
    if everything:
        postgres.stop_unused()
        with step(f"Removing {paths.DEV}"):
            shutil.rmtree(paths.DEV)
    return 0


def _attached(command, env):
    """Run a program on the developer's terminal; it gets our signals."""
    process = subprocess.Popen([str(part) for part in command], env=env, cwd=paths.ROOT)
    try:
        return process.wait()
    except KeyboardInterrupt:
        # Ctrl-C has reached it too (same terminal); a SIGTERM of ours has not.
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(30)
        except (KeyboardInterrupt, subprocess.TimeoutExpired):
            process.kill()
            raise
