from odoo import api, fields, models
from odoo.tools import SQL

# Keeps a notice, and tells whether another one's poke is still under way. OFFSET 0 asks
# the indexes about one row after the other: the first free one decides. Joined, a queue
# that just filled up would be read whole for each notice.
KEEP_NOTICE = """
WITH active AS (
    SELECT c.id, c.company_id, c.store_cnpj, c.state
      FROM plug4market_connection c
      JOIN res_company o
        ON o.id = c.company_id AND o.plug4market_active
), store AS (
    SELECT company_id FROM active
     WHERE store_cnpj = %(cnpj)s ORDER BY id LIMIT 1
), kept AS (
    INSERT INTO plug4market_order_event
           (company_id, kind, origin, order_uid, order_uid_raw,
            hub_status, state, attempts, next_attempt_at,
            create_uid, create_date, write_uid, write_date)
    SELECT coalesce((SELECT company_id FROM store), %(company)s),
           'notice', 'webhook', %(uid)s, %(raw)s, %(status)s,
           CASE WHEN %(cnpj)s = '' OR EXISTS (SELECT FROM store)
                THEN 'pending' ELSE 'ignored' END,
           0, %(now)s, %(user)s, %(now)s, %(user)s, %(now)s
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
    def _receive_notice(self, company, notice):
        """Keep a webhook's notice in one statement and wake the worker.

        One registration may serve several stores of a software house, so the notice's
        ``storeCnpj`` picks among the active companies; an unknown one is kept, ignored.

        While another row waits unclaimed its own poke is still under way, and serves
        this one too. A row that nobody may claim, as its store is stopped or its order
        is worked, proves none; nor does one that is tried again, which the scheduler
        finds in its own time.
        """
        event_id, state, poked = self._keep_notice(company, notice)
        if state == "ignored":
            env = self.with_context(lang=company._plug4market_lang()).env
            self.browse(event_id).message = env._(
                "The notice is for store %(cnpj)s, which no active company has.",
                cnpj=notice.store_cnpj,
            )
        elif not poked:
            self._wake_worker()

    @api.model
    def _keep_notice(self, company, notice):
        ((event_id, state, poked),) = self.env.execute_query(
            SQL(
                KEEP_NOTICE,
                cnpj=notice.store_cnpj,
                company=company.id,
                uid=notice.uid_key,
                raw=notice.order_uid,
                status=notice.status or None,
                user=self.env.uid or 1,
                now=fields.Datetime.now(),
            )
        )
        return event_id, state, poked
