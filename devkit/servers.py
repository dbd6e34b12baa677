"""Odoo and the simulator as real processes, for `./dev run`, tests and benchmarks.

    with Simulator() as hub, OdooServer("my_clone", workers=2) as odoo:
        urllib.request.urlopen(odoo.url + "/web/login")

Both choose a free port when none is given, answer when the block is entered, and are
gone with all their children when it is left.
"""

import os
import signal
import subprocess

from . import odoo, paths, processes


class Server:
    """A program that listens on 127.0.0.1 and ends with its block."""

    what = "The server"
    timeout = 300

    def __init__(self, port, log_path):
        self.port = port or processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_path = log_path
        self.process = None

    @property
    def pid(self):
        """The process id of the (main) process, or None when it does not run."""
        return self.process and self.process.pid

    def start(self):
        """Start the program and wait until it answers."""
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("w") as log:
            self.process = processes.start(
                self._command(),
                cwd=paths.ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            processes.wait_for_http(
                self.url + self._probe(),
                self.process,
                self.timeout,
                self.what,
                self.log_path,
            )
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        """End the program and its children; nothing when it does not run."""
        if self.process is not None:
            processes.stop(self.process)
            self.process = None

    def kill(self):
        """End the program and its children at once, as a crash of the machine would."""
        if self.process is not None:
            processes.stop(self.process, patience=None)
            self.process = None

    def freeze(self):
        """Stop the program and its children where they are, until ``thaw``."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.killpg(self.pid, signal.SIGCONT)

    def __enter__(self):
        return self.start()

    def __exit__(self, *error):
        self.stop()

    def _command(self):
        raise NotImplementedError

    def _environment(self):
        return odoo.environment()

    def _probe(self):
        raise NotImplementedError


class OdooServer(Server):
    """Odoo serving one database; `options` are entries of its configuration file."""

    what = "Odoo"

    def __init__(self, database, port=None, workers=0, log_path=None, **options):
        port = port or processes.free_port()
        name = f"{database}-{port}"
        super().__init__(port, log_path or paths.LOGS / f"odoo-{name}.log")
        self.database = database
        self.name = name
        self.options = {"workers": workers, **options}

    def _command(self):
        return odoo.command()

    def _environment(self):
        config = odoo.config(
            self.database,
            self.name,
            http_port=self.port,
            gevent_port=processes.free_port(),
            **self.options,
        )
        return odoo.environment(config)

    def stop(self):
        super().stop()
        (paths.CONFIGS / f"{self.name}.conf").unlink(missing_ok=True)

    def _probe(self):
        return "/web/login"


class Simulator(Server):
    """The simulator of the hub; without `state` it forgets everything at its end."""

    what = "The simulator"

    def __init__(self, port=None, state=None, log_path=None):
        port = port or processes.free_port()
        super().__init__(port, log_path or paths.LOGS / f"simulator-{port}.log")
        self.state = state

    def _command(self):
        state = ["--state", self.state] if self.state else []
        return [paths.PYTHON, "-m", "simulator", "--host", "127.0.0.1"] + [
            *("--port", self.port),
            *state,
        ]

    def _probe(self):
        return "/__control__/health"
