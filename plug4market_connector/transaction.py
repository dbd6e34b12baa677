"""Transactions of their own, parts that fail alone, and jobs that ask for help."""

import logging
import random
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial, wraps

from psycopg2 import Error, InterfaceError, OperationalError
from psycopg2.errors import (
    AdminShutdown,
    CannotConnectNow,
    CrashShutdown,
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
    UniqueViolation,
)

from odoo.models import BaseModel
from odoo.tools import SQL

from .hub import Plug4MarketError
from .lease import held

_logger = logging.getLogger(__name__)

# Clicks are answered at once for this many records; the queue does the others.
DONE_AT_ONCE = 10

# The one clock that all servers share.
NOW = SQL("clock_timestamp() AT TIME ZONE 'UTC'")

# Seconds for which a person is asked about what a job lost and does not try again.
LOST_SECONDS = 86400

# A unique violation is a lost race too: the next look finds the winner's row.
CONFLICTS = (
    SerializationFailure,
    DeadlockDetected,
    LockNotAvailable,
    UniqueViolation,
)

LOST_CONNECTION = (InterfaceError, AdminShutdown, CrashShutdown, CannotConnectNow)


def passes(error):
    """Whether ``error`` passes by itself: a lost race, or a lost connection.

    What still violates a unique index after all attempts does not.
    """
    # A server that is gone in the middle of a statement has no code.
    return (
        isinstance(error, (*CONFLICTS, *LOST_CONNECTION))
        and not isinstance(error, UniqueViolation)
    ) or type(error) is OperationalError


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


def own_transaction(method=None, **options):
    """Let ``method`` of a model run in a transaction of its own, and commit it.

    Its records, and those among its arguments, are in that transaction; records that it
    returns are the caller's again. What the caller has read before may be older.

    :param options: those of ``in_new_transaction``
    """
    if method is None:
        return partial(own_transaction, **options)

    @wraps(method)
    def run(self, *args, **kwargs):
        def work(env):
            there = {name: _moved(value, env) for name, value in kwargs.items()}
            return method(_moved(self, env), *(_moved(a, env) for a in args), **there)

        return _moved(in_new_transaction(self.env, work, **options), self.env)

    return run


def _moved(value, env):
    """``value`` in the transaction of ``env``, for its own user and in its context."""
    return (
        value.with_env(value.env(cr=env.cr)) if isinstance(value, BaseModel) else value
    )


def fall_out(env, items, work):
    """Call ``work(items)``; what makes it fail falls out alone.

    Nobody can say by whose fault a batch fails: it is tried in halves, down to single
    items.

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
    except Exception as error:
        if isinstance(error, CONFLICTS) or passes(error):
            # A lost race is for the whole transaction; a lost connection is its end.
            raise
        env.clear()
        if len(items) == 1:
            return [], [(items, error)]
    half = len(items) // 2
    done, failed = fall_out(env, items[:half], work)
    done_too, failed_too = fall_out(env, items[half:], work)
    return done + done_too, failed + failed_too


def fall_out_in_new_transaction(env, items, work):
    """As ``fall_out``, for ``work(env, items)``, in a transaction of its own.

    What still loses its races after all attempts falls out alone as well.
    """
    try:
        return in_new_transaction(
            env, lambda own: fall_out(own, items, partial(work, own))
        )
    except CONFLICTS as error:
        if len(items) == 1:
            return [], [(items, error)]
    done, failed = [], []
    for place in range(len(items)):
        own = items[place : place + 1]
        own_done, own_failed = fall_out_in_new_transaction(env, own, work)
        done += own_done
        failed += own_failed
    return done, failed


@contextmanager
def fresh_view(env):
    """Give ``env`` on a cursor that sees what others have committed by now.

    A click's own cursor keeps the snapshot of its beginning: rows that
    ``in_new_transaction`` has committed since do not exist for it.
    """
    with env.registry.cursor() as cr:
        yield env(cr=cr)


def work_in_cron(env, work, *, cron, rest=None, gives_way=None):
    """Call ``work()``, which returns how much it did, until nothing or no time is left.

    No exception leaves, see ``job``. Who was taken for dead lets others go on.

    :param cron: XML id of the job. When its time is up it wakes itself: a job that only
        says that something is left is looked at again after a minute.
    :param rest: ``rest()`` returns how many seconds to wait when nothing could be done,
        or None when nothing is left
    :param gives_way: ``gives_way()`` is asked before each turn; once it is true, others
        have theirs first
    """
    progress = env["ir.cron"]
    env.cr.rollback()
    with job(env, cron):
        while True:
            # What is claimed now must be visible: begin with a new snapshot.
            env.cr.rollback()
            if not held().holds() or (gives_way and gives_way()):
                env.ref(cron).sudo()._trigger()
                break
            done = work()
            if not done and not _rested(env, rest):
                break
            if not progress._commit_progress(done, remaining=0):
                env.ref(cron).sudo()._trigger()
                break
        progress._commit_progress(remaining=0)


def work_for_each(env, records, work, *, cron):
    """Call ``work(record)`` for a record of each store, as long as there is time.

    :param records: ``records()`` finds them; each has a company, or is one
    """
    with job(env, cron):
        for record in records():
            company = record if record._name == "res.company" else record.company_id
            apart(company, partial(work, record), cron=cron)
            if not env["ir.cron"]._commit_progress(1):
                break


@contextmanager
def job(env, cron):
    """Let no exception leave a job: Odoo switches off a cron that keeps failing.

    The person of each store is asked instead, once, until the job works again. It holds
    a lease: when its process dies, others end what it left behind.
    """
    began = datetime.now(UTC).replace(tzinfo=None)
    try:
        with env["plug4market.lease"].sudo()._hold():
            yield
        env["plug4market.stopped.job"].sudo()._works_again(cron, began)
    except Exception as error:
        with suppress(Error):
            env.cr.rollback()
        if passes(error):
            _logger.info("a Plug4Market job goes on at its next run: %s", error)
            return
        _logger.exception("the Plug4Market job %s stopped", cron)
        ask_for_help(env, cron, error)


def apart(company, work, *, cron, again_in=0):
    """Return ``work()``, the part of a job that is one store's; None when it fails.

    It stops no other store then, and the person of this one is asked.

    :param company: empty when it is the part of all stores
    :param again_in: seconds after which what failed is tried again
    """
    env = company.env
    try:
        done, failed = fall_out(env, [company], lambda _company: work())
    except Error as error:
        env.clear()
        done, failed = [], [(company, error)]
    if done:
        return done[0]
    ((_company, error),) = failed
    if passes(error) or isinstance(error, Plug4MarketError):
        # The hub's troubles are told where they belong: tokens, orders, products.
        _logger.info("company %s: %s is done later: %s", company.ids, cron, error)
        return None
    _logger.error("%s stopped for company %s", cron, company.ids, exc_info=error)
    ask_for_help(env, cron, error, company, again_in)
    return None


def ask_for_help(env, cron, error, company=None, again_in=0):
    """Ask who looks after ``company``, or each store, about a job that stopped.

    Nothing is raised: who asks is in trouble already.
    """
    try:
        env["plug4market.stopped.job"].sudo()._ask(cron, error, company, again_in)
    except Exception:
        _logger.exception("nobody could be asked about the Plug4Market job %s", cron)


def _rested(env, rest):
    """Wait as long as ``rest()`` says; False when there is nothing to wait for."""
    seconds = rest() if rest and env.context.get("cron_id") else None
    if seconds is None:
        return False
    # Nothing may stay locked, and no snapshot be kept, while nothing is done.
    env.cr.rollback()
    time.sleep(seconds)
    return True
