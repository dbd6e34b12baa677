"""Short transactions of their own, for what must not depend on the caller's."""

import logging
import random
import time
from contextlib import contextmanager

from psycopg2 import InterfaceError
from psycopg2.errors import (
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)

_logger = logging.getLogger(__name__)

# A unique violation is a lost race too: the next look finds the winner's row.
CONFLICTS = (
    SerializationFailure,
    DeadlockDetected,
    LockNotAvailable,
    UniqueViolation,
)


def in_new_transaction(env, work, *, attempts=8, lock_timeout=5):
    """Run ``work(env)`` in a cursor of its own, commit it and return its result.

    Odoo's cursors are REPEATABLE READ: who loses a race sees a serialization failure
    and must look again with a new snapshot. ``work`` is therefore repeated, at most
    ``attempts`` times; what it does outside the database may be repeated with it.
    A row that stays locked for ``lock_timeout`` seconds counts as a lost race: the
    caller's own transaction may be who holds it.
    """
    for attempt in range(1, attempts + 1):
        try:
            with env.registry.cursor() as cr:
                cr.execute("SET LOCAL lock_timeout = %s", [f"{lock_timeout}s"])
                own_env = env(cr=cr)
                result = work(own_env)
                own_env.flush_all()
                return result
        except CONFLICTS:
            if attempt == attempts:
                raise
            _logger.debug("transaction conflict, attempt %s", attempt)
            time.sleep(random.uniform(0.001, 0.01) * attempt)


def in_halves(error, items):
    """Split a batch of which nobody can say by whose fault it fails."""
    half = len(items) // 2
    return [items[:half], items[half:]]


def fall_out(env, items, work, split=in_halves):
    """Call ``work(items)``; what makes it fail falls out alone.

    A batch that fails is tried in parts, down to single items.

    :param split: ``split(error, items)`` returns the parts of what failed
    :return: the results of what worked, and (item, error) of what did not; an item is
        a slice of one
    """
    if not items:
        return [], []
    # A flushing savepoint would end what Odoo collects for the transaction's end, and
    # post two notes on a record where one is enough.
    env.flush_all()
    try:
        with env.cr.savepoint(flush=False):
            result = work(items)
            env.flush_all()
            return [result], []
    except (*CONFLICTS, InterfaceError):
        # A lost race is for the whole transaction; a lost connection is its end.
        raise
    except Exception as error:  # noqa: BLE001  it belongs to its own item
        env.clear()
        if len(items) == 1:
            return [], [(items, error)]
        parts = split(error, items)
    done, failed = [], []
    for part in parts:
        part_done, part_failed = fall_out(env, part, work, split)
        done += part_done
        failed += part_failed
    return done, failed


@contextmanager
def fresh_view(env):
    """Give ``env`` on a cursor that sees what others have committed by now.

    A click's own cursor keeps the snapshot of its beginning: rows that
    ``in_new_transaction`` has committed since do not exist for it.
    """
    with env.registry.cursor() as cr:
        yield env(cr=cr)


def work_in_cron(env, work, *, cron, rest=None):
    """Call ``work()``, which returns how much it did, until nothing or no time is left.

    No exception leaves: Odoo switches off a cron that keeps failing. What was claimed
    is free again when its lease runs out.

    :param cron: XML id of the job. When its time is up it wakes itself: a job that only
        says that something is left is looked at again after a minute.
    :param rest: ``rest()`` returns how many seconds to wait when nothing could be done,
        or None when nothing is left
    """
    progress = env["ir.cron"]
    try:
        while True:
            # What is claimed now must be visible: begin with a new snapshot.
            env.cr.rollback()
            done = work()
            if not done and not _rested(env, rest):
                break
            if not progress._commit_progress(done, remaining=0):
                env.ref(cron).sudo()._trigger()
                break
        progress._commit_progress(remaining=0)
    except Exception:
        env.cr.rollback()
        _logger.exception("a Plug4Market job stopped; it goes on at its next run")


def _rested(env, rest):
    """Wait as long as ``rest()`` says; False when there is nothing to wait for."""
    seconds = rest() if rest and env.context.get("cron_id") else None
    if seconds is None:
        return False
    # Nothing may stay locked, and no snapshot be kept, while nothing is done.
    env.cr.rollback()
    time.sleep(seconds)
    return True
