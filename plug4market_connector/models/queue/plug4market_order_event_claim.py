import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import (
    LEASE_SECONDS,
    ORDERS_AT_ONCE,
    ORDERS_OF_ALL_STORES_AT_ONCE,
)
from ..transaction import in_new_transaction

WORKER_NAME = uuid.uuid4().hex[:12]


class Plug4marketOrderEvent(models.Model):
    """How a worker takes rows of the queue, and gives them back."""

    _inherit = "plug4market.order.event"

    # -- claiming -------------------------------------------------------------

    @api.model
    def _claim(self, *, limit=ORDERS_AT_ONCE, only=None):
        """Lease the next due row of up to ``limit`` orders a store; return the rows.

        An order is worked in one place at a time and in the order of its rows; all its
        waiting notices are leased together, because one reading answers them all.
        """
        ids = in_new_transaction(
            self.env, lambda env: env[self._name]._claim_ids(limit, only)
        )
        self.env.invalidate_all()
        return self.sudo().browse(ids)

    @api.model
    def _claim_ids(self, limit, only):
        # Claims queue up here. LOCK TABLE takes no snapshot, so who waited sees the
        # leases of who went before; this mode blocks neither reading nor writing.
        self.env.cr.execute(
            "LOCK TABLE plug4market_connection IN SHARE UPDATE EXCLUSIVE MODE"
        )
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                WITH waiting AS (
                    SELECT e.id, e.company_id, e.order_uid, e.kind, e.next_attempt_at,
                           max(e.lease_until) OVER whole_order AS busy_until,
                           min(e.id) OVER whole_order AS first_id,
                           min(e.next_attempt_at) FILTER (WHERE e.kind = 'notice')
                               OVER whole_order AS news_at
                      FROM plug4market_order_event e
                      JOIN plug4market_connection c
                        ON c.company_id = e.company_id AND c.state = 'connected'
                      JOIN res_company o
                        ON o.id = e.company_id AND o.plug4market_active
                     WHERE e.state = 'pending'
                    WINDOW whole_order AS (PARTITION BY e.company_id, e.order_uid)
                ), due AS (
                    SELECT id, company_id, order_uid, kind,
                           row_number() OVER (PARTITION BY company_id ORDER BY id)
                               AS place
                      FROM waiting
                     WHERE id = first_id
                       AND (busy_until IS NULL OR busy_until < %(now)s)
                       AND CASE kind WHEN 'notice' THEN news_at
                                     ELSE next_attempt_at END <= %(now)s
                       AND %(only)s
                ), head AS (
                    SELECT id, company_id, order_uid, kind
                      FROM due
                     WHERE place <= %(limit)s
                     ORDER BY place, id
                     LIMIT %(all)s
                )
                UPDATE plug4market_order_event e
                   SET lease_until = %(until)s, lease_worker = %(worker)s
                  FROM head
                 WHERE e.id = head.id
                    OR (head.kind = 'notice' AND e.kind = 'notice'
                        AND e.state = 'pending'
                        AND e.company_id = head.company_id
                        AND e.order_uid = head.order_uid)
             RETURNING e.id
                """,
                now=now,
                only=SQL("id = %s", only) if only else SQL("TRUE"),
                limit=limit,
                all=ORDERS_OF_ALL_STORES_AT_ONCE,
                until=now + timedelta(seconds=LEASE_SECONDS),
                worker=WORKER_NAME,
            )
        )
        return sorted(row[0] for row in rows)

    # -- settling -------------------------------------------------------------

    def _settle(self, state, message=None, **values):
        """Write the outcome of claimed rows and give their lease back."""
        self.write(
            {
                "state": state,
                "message": message or False,
                "failure": False,
                "lease_until": False,
                "lease_worker": False,
                "done_at": fields.Datetime.now(),
                **values,
            }
        )

    def _try_again(self, message, delay, *, counted=True):
        """Give the lease back; due again after ``delay`` seconds, seen by the cron."""
        due = fields.Datetime.now() + timedelta(seconds=delay)
        for event in self:
            event.write(
                {
                    "failure": "transient",
                    "message": message,
                    "attempts": event.attempts + 1 if counted else event.attempts,
                    "next_attempt_at": due,
                    "lease_until": False,
                    "lease_worker": False,
                }
            )
