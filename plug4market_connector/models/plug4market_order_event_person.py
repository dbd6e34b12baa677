from odoo import api, fields, models

from ..const import DONE_AT_ONCE
from ..transaction import fresh_view, in_new_transaction


class Plug4marketOrderEvent(models.Model):
    """Rows that a person is waiting for in front of the screen."""

    _inherit = "plug4market.order.event"

    @api.model
    def _ask_for(self, company, uids):
        """Queue the reading of orders in a transaction of its own; return rows' ids.

        :param uids: each order's id as the hub spells it, by its lower case
        """
        return in_new_transaction(
            self.env,
            lambda env: env[self._name].sudo()._queue_readings(company.id, uids),
        )

    @api.model
    def _queue_readings(self, company_id, uids):
        # As in _claim_ids: who waited here sees the rows of who went before.
        self.env.cr.execute(
            "LOCK TABLE plug4market_connection IN SHARE UPDATE EXCLUSIVE MODE"
        )
        waiting = self.search(
            [
                ("company_id", "=", company_id),
                ("order_uid", "in", list(uids)),
                ("kind", "=", "notice"),
                ("state", "in", ["pending", "failed"]),
            ]
        )
        waiting._bring_forward()
        rows = {event.order_uid: event.id for event in waiting}
        new = [uid for uid in uids if uid not in rows]
        known = self.env["sale.order"]._plug4market_find(
            self.env["res.company"].browse(company_id), new
        )
        order_ids = {order.plug4market_order_uid: order.id for order in known}
        created = self._enqueue(
            [
                {
                    "company_id": company_id,
                    "kind": "notice",
                    "origin": "user",
                    "order_uid": uid,
                    "order_uid_raw": uids[uid],
                    "order_id": order_ids.get(uid),
                }
                for uid in new
            ],
            wake=False,
        )
        rows.update(zip(new, created.ids, strict=True))
        return [rows[uid] for uid in uids]

    def _bring_forward(self):
        """Let rows that wait for their next attempt, or for a person, be due now."""
        failed = self.filtered(lambda event: event.state == "failed")
        failed.write(
            {"state": "pending", "failure": False, "attempts": 0, "done_at": False}
        )
        self.filtered(lambda event: not event.lease_until).write(
            {"next_attempt_at": fields.Datetime.now()}
        )

    @api.model
    def _work_now(self, event_ids):
        """Work the first rows within the click, leave the others to the queue.

        Return the outcomes of all, see ``_outcomes``.
        """
        for event_id in event_ids[:DONE_AT_ONCE]:
            with fresh_view(self.env) as env:
                env["plug4market.event.worker"].sudo()._run(limit=1, only=event_id)
        with fresh_view(self.env) as env:
            events = env[self._name].sudo().browse(event_ids)
            events._wake_for_the_rest()
            return events._outcomes()
