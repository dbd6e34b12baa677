"""What a worker holds is its own while it lives, and free seconds after it died.

Two threads see to that: one beside each worker renews its lease, and one in each Odoo
process renews the process's own, and looks whether somebody else's has run out
(docs/decisions/0010).
"""

import logging
import os
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules import module
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

_logger = logging.getLogger(__name__)

# Seconds after its last beat for which a worker is taken to live.
LEASE_SECONDS = 20
BEAT_SECONDS = 4

A_DAY = 86400

# Seconds between two looks for workers that died and jobs that nobody was told of.
WATCH_SECONDS = 4
# Seconds until the next look at a database that could not be asked.
LONGER_WATCH = 60

# Seconds after which what a worker could not settle is taken up again.
REST_SECONDS = 300

_current = ContextVar("plug4market_lease", default=None)
_watched = set()


class Lease:
    """What a worker claims is its own until this ends, or is not renewed in time.

    :param lease_id: id of its row in plug4market.lease
    :param began: monotonic moment before that row was made
    :param renew: ``renew(lease_id)`` returns whether the lease was still its worker's
    """

    def __init__(self, lease_id, began, renew):
        self.id = lease_id
        self._until = began + lease_seconds()
        self._renew = renew
        self._over = threading.Event()
        self._worker = threading.current_thread()

    def holds(self):
        """Whether nobody else can have taken it by now; any thread may ask."""
        return time.monotonic() < self._until

    @contextmanager
    def kept(self):
        """Renew the lease while this block is worked, also while a call hangs."""
        token = _current.set(self)
        if may_beat():
            threading.Thread(
                target=self._keep, name=f"plug4market.lease.{self.id}", daemon=True
            ).start()
        try:
            yield self
        finally:
            self._over.set()
            _current.reset(token)

    def _keep(self):
        while not self._over.wait(BEAT_SECONDS) and self._worker.is_alive():
            began = time.monotonic()
            try:
                renewed = self._renew(self.id)
            except Exception:
                _logger.info("lease %s was not renewed", self.id, exc_info=True)
                continue
            if not renewed:
                if not self._over.is_set():
                    _logger.warning(
                        "This process was away for %s seconds: others go on with what "
                        "it worked on.",
                        LEASE_SECONDS,
                    )
                self._until = began
                return
            self._until = began + LEASE_SECONDS


def may_beat():
    """Whether leases can be renewed here.

    The cursors of a test are one, and a beat would come between its savepoints.
    """
    return not module.current_test


def lease_seconds():
    """Return how long a lease lasts that begins now."""
    return LEASE_SECONDS if may_beat() else A_DAY


def held():
    """Return the Lease of this thread's worker; None when nobody works here."""
    return _current.get()


# -- looking after others -----------------------------------------------------


def watch(dbname):
    """Look after the workers of a database from now on, in this process.

    Only a server does so, and each of its processes: Odoo tells idle cron threads of
    new work, but nobody tells them of work whose worker died.
    """
    running = server.server
    if running is None or config["stop_after_init"] or config["test_enable"]:
        return
    if getattr(running, "pid", None) == os.getpid() and config["workers"]:
        # The parent of worker processes: it only forks. Each child watches.
        if ("children", dbname) not in _watched:
            _watched.add(("children", dbname))
            os.register_at_fork(after_in_child=lambda: _start_watch(dbname))
        return
    _start_watch(dbname)


def _start_watch(dbname):
    key = (os.getpid(), dbname)
    if key not in _watched:
        _watched.add(key)
        threading.Thread(
            target=_watch, args=key, name=f"plug4market.watch.{dbname}", daemon=True
        ).start()


def _watch(pid, dbname):
    own, pause = None, WATCH_SECONDS
    while True:
        time.sleep(pause)
        pause = WATCH_SECONDS
        registry = Registry.registries.get(dbname)
        if registry is None or "plug4market.lease" not in registry:
            # Dropped or uninstalled; who loads it again begins a watch again.
            _watched.discard((pid, dbname))
            return
        if not registry.ready:
            continue
        try:
            with registry.cursor() as cr:
                env = Environment(cr, SUPERUSER_ID, {})
                own = env["plug4market.lease"]._look_after_workers(own)
        except Exception:
            _logger.info("nobody looked after %s just now", dbname, exc_info=True)
            pause = LONGER_WATCH
