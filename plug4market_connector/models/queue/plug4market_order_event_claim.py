from odoo import api, fields, models
from odoo.tools import SQL

from ...messages import explain
from ...transaction import own_transaction

# Orders that are read and written at once: of one store, and of all together.
ORDERS_AT_ONCE = 40
ORDERS_OF_ALL_STORES_AT_ONCE = 400

# Keeps a notice for whose address it came to, and tells whether another one's poke is
# still under way. OFFSET 0 asks the indexes about one row after the other: the first
# free one decides. Joined, a queue that just filled up would be read whole for each
# notice. Nobody made the row: a user of it would be locked by every notice at once.
KEEP_NOTICE = """
WITH active AS (
    SELECT o.id AS company_id, c.id, c.store_cnpj,
           o.plug4market_webhook_token = %(token)s AS at_door,
           c.state = 'connected' AND %(may_ask)s AS works
      FROM res_company o
      LEFT JOIN plug4market_connection c ON c.company_id = o.id
      LEFT JOIN plug4market_budget budget ON budget.company_id = o.id
     WHERE o.plug4market_active
), store AS (
    SELECT company_id FROM active
     WHERE store_cnpj = %(cnpj)s ORDER BY id LIMIT 1
), kept AS (
    INSERT INTO plug4market_order_event
           (company_id, kind, origin, order_uid, order_uid_raw,
            hub_status, state, attempts, next_attempt_at,
            create_date, write_date)
    SELECT coalesce((SELECT company_id FROM store), company_id),
           'notice', 'webhook', %(uid)s, %(raw)s, %(status)s,
           CASE WHEN %(cnpj)s = '' OR EXISTS (SELECT FROM store)
                THEN 'pending' ELSE 'ignored' END,
           0, %(now)s, %(now)s, %(now)s
      FROM active
     WHERE at_door
 RETURNING id, state
)
SELECT id, state, EXISTS (
    SELECT
      FROM plug4market_order_event e
      JOIN active ON active.company_id = e.company_id AND active.works
     WHERE e.state = 'pending' AND e.next_attempt_at <= %(now)s
       AND e.failure IS NULL
       AND NOT EXISTS (
           SELECT FROM plug4market_order_event b
            WHERE b.company_id = e.company_id
              AND b.order_uid = e.order_uid
              AND b.state = 'pending' AND b.lease_id IS NOT NULL
        OFFSET 0)
       AND NOT EXISTS (
           SELECT FROM plug4market_order_event b
            WHERE b.company_id = e.company_id
              AND b.order_uid = e.order_uid
              AND b.state = 'pending' AND b.next_attempt_at > %(now)s
        OFFSET 0))
  FROM kept
"""


class Plug4marketOrderEvent(models.Model):
    """How a worker takes rows of the queue, and gives them back."""

    _inherit = "plug4market.order.event"

    refused_by_odoo = fields.Boolean(
        readonly=True,
        help="Odoo could not write what the hub says of the order: it is tried apart "
        "from the others.",
    )

    _refused_idx = models.Index("(company_id, order_uid) WHERE refused_by_odoo")

    # -- claiming -------------------------------------------------------------

    @api.model
    def _claim(self, *, limit=ORDERS_AT_ONCE, only=None):
        """Lease the next due row of up to ``limit`` orders a store; return the rows.

        An order is worked in one place at a time and in the order of its rows; all its
        waiting notices are leased together, because one reading answers them all.
        """
        ids = self._lease_due(limit, only)
        self.env.invalidate_all()
        return self.sudo().browse(ids)

    @api.model
    @own_transaction
    def _lease_due(self, limit, only):
        # Claims queue up here. LOCK TABLE takes no snapshot, so who waited sees the
        # leases of who went before; this mode blocks neither reading nor writing.
        self.env.cr.execute(
            "LOCK TABLE plug4market_connection IN SHARE UPDATE EXCLUSIVE MODE"
        )
        lease_id = self.env["plug4market.lease"]._claimable()
        if not lease_id:
            return []
        budget = self.env["plug4market.budget"]
        rows = self.env.execute_query(
            SQL(
                """
                WITH waiting AS (
                    SELECT e.id, e.company_id, e.order_uid, e.kind, e.next_attempt_at,
                           count(e.lease_id) OVER whole_order AS busy,
                           min(e.id) OVER whole_order AS first_id,
                           min(e.next_attempt_at) FILTER (WHERE e.kind = 'notice')
                               OVER whole_order AS news_at,
                           %(at_once)s AS at_once
                      FROM plug4market_order_event e
                      JOIN plug4market_budget budget
                        ON budget.company_id = e.company_id AND %(may_ask)s
                      JOIN plug4market_connection c
                        ON c.company_id = e.company_id AND c.state = 'connected'
                      JOIN res_company o
                        ON o.id = e.company_id AND o.plug4market_active
                     WHERE e.state = 'pending'
                    WINDOW whole_order AS (PARTITION BY e.company_id, e.order_uid)
                ), due AS (
                    SELECT id, company_id, order_uid, kind, at_once,
                           row_number() OVER (PARTITION BY company_id ORDER BY id)
                               AS place
                      FROM waiting
                     WHERE id = first_id
                       AND busy = 0
                       AND CASE kind WHEN 'notice' THEN news_at
                                     ELSE next_attempt_at END <= %(now)s
                       AND %(only)s
                ), head AS (
                    SELECT id, company_id, order_uid, kind
                      FROM due
                     WHERE place <= at_once
                     ORDER BY place, id
                     LIMIT %(all)s
                )
                UPDATE plug4market_order_event e
                   SET lease_id = %(lease)s
                  FROM head
                 WHERE e.id = head.id
                    OR (head.kind = 'notice' AND e.kind = 'notice'
                        AND e.state = 'pending'
                        AND e.company_id = head.company_id
                        AND e.order_uid = head.order_uid)
             RETURNING e.id
                """,
                now=fields.Datetime.now(),
                only=SQL("id = %s", only) if only else SQL("TRUE"),
                at_once=budget._at_once(limit, clicked=bool(only)),
                may_ask=budget._may_ask(clicked=bool(only)),
                all=ORDERS_OF_ALL_STORES_AT_ONCE,
                lease=lease_id,
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
                "done_at": fields.Datetime.now(),
                "lease_id": False,
                **values,
            }
        )

    @own_transaction
    def _fail(self, error, *, made=True, refused_by_odoo=False):
        """Keep what went wrong on these rows of one order, and what happens next.

        :param made: False when the store was stopped before the call
        :param refused_by_odoo: True when it went wrong while the effect was written
        """
        if not self._ours():
            return
        verdict = self._judge(error, made=made)
        message = explain(self.env, error, again=verdict.again)
        if not verdict.again:
            self._settle(
                "failed",
                message,
                failure=verdict.then,
                refused_by_odoo=refused_by_odoo,
            )
            return
        for event in self:
            event.write(
                {
                    "failure": "transient",
                    "message": message,
                    **event._prepare_failed_values(verdict, made=made),
                    "lease_id": False,
                }
            )

    # -- notices --------------------------------------------------------------
    # What the door does with a notice.

    @api.model
    def _receive_notice(self, token, notice):
        """Keep a webhook's notice in one statement and wake the worker.

        The address is looked up in that statement: a replaced one is refused at once,
        by every process, which no cache of addresses could promise.

        One registration may serve several stores of a software house, so the notice's
        ``storeCnpj`` picks among the active companies; an unknown one is kept, ignored.

        While another row waits unclaimed its own poke is still under way, and serves
        this one too. A row that nobody may claim, as its store is stopped, its hub
        silent or its order worked, proves none; nor does one that is tried again, which
        the scheduler finds in its own time.

        :return: False when no active company has the webhook token
        """
        kept = self._keep_notice(token, notice)
        if not kept:
            return False
        ((event_id, state, poked),) = kept
        if state == "ignored":
            self.browse(event_id)._explain_unknown_store(notice.store_cnpj)
        elif not poked:
            self._wake_worker()
        return True

    @api.model
    def _keep_notice(self, token, notice):
        return self.env.execute_query(
            SQL(
                KEEP_NOTICE,
                token=token,
                cnpj=notice.store_cnpj,
                uid=notice.uid_key,
                raw=notice.order_uid,
                status=notice.status or None,
                may_ask=self.env["plug4market.budget"]._may_ask(clicked=False),
                now=fields.Datetime.now(),
            )
        )

    @api.model
    def _is_known_address(self, token):
        """Whether ``token`` is the webhook's of an active company.

        It is 192 random bits and looked up in an index: how long that takes tells
        nothing that helps to guess it.
        """
        return bool(
            self.env["res.company"].search_count(
                [
                    ("plug4market_webhook_token", "=", token),
                    ("plug4market_active", "=", True),
                ],
                limit=1,
            )
        )

    def _explain_unknown_store(self, cnpj):
        env = self.with_context(lang=self.company_id._plug4market_lang()).env
        self.message = env._(
            "The notice is for store %(cnpj)s, which no active company has.",
            cnpj=cnpj,
        )

    # -- orders that Odoo refused ---------------------------------------------
    # Remembers which orders Odoo refused, so that they fail no batch twice.

    @api.model
    def _refused_before(self, company, uids):
        """Those of the orders ``uids`` that Odoo refused and has not taken since."""
        rows = self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "notice"),
                ("order_uid", "in", uids),
                ("refused_by_odoo", "=", True),
                ("state", "in", ["pending", "failed"]),
            ],
            ["order_uid"],
            order="id",
        )
        return set(rows.mapped("order_uid"))
