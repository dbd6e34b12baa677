from odoo import api, fields, models
from odoo.tools import SQL

# Keeps a notice for whose address it came to, and tells whether another one's poke is
# still under way. OFFSET 0 asks the indexes about one row after the other: the first
# free one decides. Joined, a queue that just filled up would be read whole for each
# notice. Nobody made the row: a user of it would be locked by every notice at once.
KEEP_NOTICE = """
WITH active AS (
    SELECT o.id AS company_id, c.id, c.store_cnpj, c.state,
           o.plug4market_webhook_token = %(token)s AS at_door
      FROM res_company o
      LEFT JOIN plug4market_connection c ON c.company_id = o.id
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
      JOIN active ON active.company_id = e.company_id
                 AND active.state = 'connected'
     WHERE e.state = 'pending' AND e.next_attempt_at <= %(now)s
       AND e.failure IS NULL
       AND NOT EXISTS (
           SELECT FROM plug4market_order_event b
            WHERE b.company_id = e.company_id
              AND b.order_uid = e.order_uid
              AND b.state = 'pending' AND b.lease_until IS NOT NULL
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
    """What the door does with a notice."""

    _inherit = "plug4market.order.event"

    @api.model
    def _receive_notice(self, token, notice):
        """Keep a webhook's notice in one statement and wake the worker.

        The address is looked up in that statement: a replaced one is refused at once,
        by every process, which no cache of addresses could promise.

        One registration may serve several stores of a software house, so the notice's
        ``storeCnpj`` picks among the active companies; an unknown one is kept, ignored.

        While another row waits unclaimed its own poke is still under way, and serves
        this one too. A row that nobody may claim, as its store is stopped or its order
        is worked, proves none; nor does one that is tried again, which the scheduler
        finds in its own time.

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
                now=fields.Datetime.now(),
            )
        )

    @api.model
    def _knows_address(self, token):
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
