import logging
import time
from contextlib import contextmanager

from psycopg2 import Error

from odoo import api, fields, models
from odoo.tools import SQL

from ...lease import (
    BEAT_SECONDS,
    LEASE_SECONDS,
    REST_SECONDS,
    Lease,
    held,
    lease_seconds,
    watch,
)
from ...transaction import NOW, own_transaction, passes
from .plug4market_patient_mixin import JOBS

_logger = logging.getLogger(__name__)

# Odoo's threads look for themselves soon enough at what has been due for less.
LATE_SECONDS = 5

SECONDS = SQL("interval '1 second'")

# A process that is gone without a word may leave open transactions behind: PostgreSQL
# learns of a machine's end after hours. What it locked, its scheduled jobs first of
# all, would stay locked. Of two processes with one name and one address, as containers
# may be, nobody can say whose sessions are whose.
END_LOST = """
WITH lost AS (
    DELETE FROM plug4market_lease WHERE until < %(now)s
 RETURNING id, application, address, until - %(lasts)s AS heard_at
), ended AS (
    SELECT pg_terminate_backend(session.pid)
      FROM lost
      JOIN pg_stat_activity session
        ON session.datname = current_database()
       AND session.usename = current_user
       AND session.application_name = lost.application
       AND host(session.client_addr) IS NOT DISTINCT FROM lost.address
     WHERE session.state LIKE 'idle in transaction%%'
       AND session.backend_start AT TIME ZONE 'UTC' < lost.heard_at
       AND session.state_change < clock_timestamp() - %(silence)s
       AND NOT EXISTS (
           SELECT FROM plug4market_lease alive
            WHERE alive.until >= %(now)s
              AND alive.application = lost.application
              AND alive.address IS NOT DISTINCT FROM lost.address)
)
SELECT (SELECT count(*) FROM lost), (SELECT count(*) FROM ended)
"""


class Plug4marketLease(models.Model):
    """Who lives: a job that runs, a click that calls the hub, an Odoo process.

    What a worker has claimed refers to its row. The row is renewed by the database's
    clock while the worker lives, and deleted with it: PostgreSQL empties the references
    then, and what was claimed is free. A worker settles only what refers to its row
    still. The row of a process says how PostgreSQL knows its sessions.
    """

    _name = "plug4market.lease"
    _description = "Plug4Market Lease"
    _log_access = False
    _rec_name = "application"

    until = fields.Datetime(required=True)
    application = fields.Char("Process")
    address = fields.Char()

    def _register_hook(self):
        result = super()._register_hook()
        watch(self.env.cr.dbname)
        return result

    @api.model
    @contextmanager
    def _hold(self):
        """Hold a lease while this block is worked.

        What is still claimed at its end could not be settled, and is taken up again
        after ``REST_SECONDS``: at once where a lost race or the end of the thread is
        the reason.
        """
        began = time.monotonic()
        lease = Lease(self._take_for_worker(), began, self._renew)
        at_once = True
        try:
            with lease.kept():
                yield lease
            at_once = False
        except Exception as error:
            at_once = passes(error)
            raise
        finally:
            self._try_to_give_back(lease, at_once)

    def _try_to_give_back(self, lease, at_once):
        try:
            self._give_back(lease.id, at_once=at_once)
        except Error as error:
            # The database is away: the lease runs out.
            _logger.info("lease %s was not given back: %s", lease.id, error)

    @api.model
    @own_transaction
    def _take_for_worker(self):
        self._end_lost()
        ((lease_id,),) = self.env.execute_query(
            SQL(
                "INSERT INTO plug4market_lease (until) VALUES (%s) RETURNING id",
                _in_seconds(lease_seconds()),
            )
        )
        return lease_id

    @api.model
    @own_transaction
    def _take_for_process(self):
        ((lease_id,),) = self.env.execute_query(
            SQL(
                """
                INSERT INTO plug4market_lease (until, application, address)
                VALUES (%s, current_setting('application_name'),
                        host(inet_client_addr()))
             RETURNING id
                """,
                _in_seconds(LEASE_SECONDS),
            )
        )
        return lease_id

    @api.model
    @own_transaction
    def _renew(self, lease_id):
        """Whether the lease was still its worker's; it is for some seconds more."""
        # One that ran out stays so, even if nobody has noticed yet.
        self.env.cr.execute(
            SQL(
                "UPDATE plug4market_lease SET until = %s WHERE id = %s AND until > %s",
                _in_seconds(LEASE_SECONDS),
                lease_id,
                NOW,
            ),
            log_exceptions=False,
        )
        return bool(self.env.cr.rowcount)

    @api.model
    @own_transaction
    def _give_back(self, lease_id, *, at_once):
        """End a lease; what its worker holds still is free later, or at once."""
        claimed = SQL(" UNION ALL ").join(
            SQL(
                "SELECT FROM %s WHERE lease_id = %s",
                SQL.identifier(self.env[name]._table),
                lease_id,
            )
            for name in self.env["plug4market.leased.mixin"]._inherit_children
        )
        unsettled = self.env.execute_query(SQL("SELECT EXISTS (%s)", claimed))[0][0]
        if unsettled and not at_once:
            self.env.cr.execute(
                SQL(
                    "UPDATE plug4market_lease SET until = %s WHERE id = %s",
                    _in_seconds(REST_SECONDS),
                    lease_id,
                )
            )
            return
        self.env.cr.execute(
            SQL("DELETE FROM plug4market_lease WHERE id = %s", lease_id)
        )
        if unsettled:
            self._wake_jobs()

    @api.model
    def _claimable(self):
        """The id of this worker's lease, in whose name rows may be claimed now.

        None when it ran out: others may be working already.
        """
        lease = held()
        rows = lease and self.env.execute_query(
            SQL(
                "SELECT id FROM plug4market_lease WHERE id = %s AND until > %s "
                "FOR KEY SHARE",
                lease.id,
                NOW,
            )
        )
        return rows[0][0] if rows else None

    # -- those who are gone ---------------------------------------------------

    @api.model
    def _look_after_workers(self, own=None):
        """Free what workers held that are gone, and wake who can go on.

        :param own: id of this process's lease; None before the first look
        :return: the same, or a new one
        """
        if not own or not self._renew(own):
            own = self._take_for_process()
        if self._end_lost_now():
            self._wake_jobs_now()
        if self._is_job_late():
            self.env["ir.cron"]._notifydb()
        return own

    @api.model
    @own_transaction
    def _end_lost_now(self):
        return self._end_lost()

    @api.model
    def _end_lost(self):
        """Delete the leases that ran out; return how many."""
        self.env.cr.execute(
            SQL(
                END_LOST,
                now=NOW,
                lasts=SQL("%s * %s", LEASE_SECONDS, SECONDS),
                silence=SQL("%s * %s", LEASE_SECONDS - BEAT_SECONDS - 1, SECONDS),
            ),
            log_exceptions=False,
        )
        ((lost, ended),) = self.env.cr.fetchall()
        if ended:
            _logger.warning(
                "An Odoo process is gone without a word: %s open transactions of it "
                "were ended, and others go on with its work.",
                ended,
            )
        return lost

    @api.model
    @own_transaction
    def _wake_jobs_now(self):
        self._wake_jobs()

    @api.model
    def _wake_jobs(self):
        for cron in self._jobs():
            cron._trigger()

    @api.model
    def _jobs(self):
        refs = [f"plug4market_connector.ir_cron_plug4market_{job}" for job in JOBS]
        return self.env["ir.cron"].sudo().union(*map(self.env.ref, refs))

    @api.model
    @own_transaction
    def _is_job_late(self):
        """Whether a job of ours is due and nobody runs it.

        Odoo tells its threads of a job once, in the moment it is due: who is told and
        dies, or is not there yet, leaves it to the look of every minute. Nobody may be
        told while this look still locks the jobs.
        """
        now = self.env.cr.now()
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM ir_cron cron
                     WHERE id IN %(ids)s AND active
                       AND (nextcall < %(late)s OR EXISTS (
                            SELECT FROM ir_cron_trigger
                             WHERE cron_id = cron.id AND call_at < %(late)s))
                       FOR SHARE SKIP LOCKED
                    """,
                    ids=tuple(self._jobs().ids),
                    late=SQL("%s - %s * %s", now, LATE_SECONDS, SECONDS),
                )
            )
        )


def _in_seconds(seconds):
    return SQL("%s + %s * %s", NOW, seconds, SECONDS)
