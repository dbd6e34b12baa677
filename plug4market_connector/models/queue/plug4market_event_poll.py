import logging
from datetime import UTC, datetime, timedelta

from odoo import api, fields, models

from ...hub import IMPORTED_STATUSES, OPEN_STATUSES, Plug4MarketError
from ...transaction import own_transaction

_logger = logging.getLogger(__name__)

LATER_STATUSES = ("INVOICED", "SHIPPED", "COMPLETED", "CANCELED")
# An older order that nobody took over is no news any more.
UNSEEN_SINCE = timedelta(days=30)
SWEEP_EVERY = timedelta(hours=1)
# The hub's clock and the marketplace's may differ from ours.
MARGIN = timedelta(days=1)


class Plug4marketEventWorker(models.AbstractModel):
    """Finds what no webhook announced: webhooks get lost, the lists are the truth."""

    _inherit = "plug4market.event.worker"

    @api.model
    def _poll_company(self, company):
        """Queue the orders of a store that Odoo has not confirmed yet: one call.

        Once an hour, later statuses of orders that are open in Odoo, and orders that
        left APPROVED before Odoo saw them.
        """
        try:
            client = company._plug4market_client("orders")
            headers = list(client.iter_orders(status="APPROVED", integrated=False))
            self._queue_news(company, headers)
            if self._is_sweep_due(company):
                self._sweep_company(company, client)
                self._queue_news(company, self._list_unseen(company, client))
                company._plug4market_connection()._note_sweep()
        except Plug4MarketError as error:
            # The next poll looks again; dead tokens have asked their person already.
            _logger.info("poll of company %s: %s", company.id, error)

    @api.model
    def _is_sweep_due(self, company):
        connection = company._plug4market_connection()
        connection.invalidate_recordset(["swept_at"])
        due = (connection.swept_at or datetime.min) + SWEEP_EVERY
        return due <= fields.Datetime.now()

    @api.model
    def _sweep_company(self, company, client):
        """Queue open orders of which the hub's lists say something new.

        That is another status, or a change since Odoo last read or told it.
        """
        open_orders = self.env["sale.order"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("plug4market_status", "in", OPEN_STATUSES),
            ],
            [
                *("plug4market_order_uid", "plug4market_hub_status", "date_order"),
                "plug4market_known_at",
            ],
        )
        known = open_orders.grouped("plug4market_order_uid")
        if known:
            since = min(open_orders.mapped("date_order")) - MARGIN
            headers = [
                header
                for status in ("APPROVED", *LATER_STATUSES)
                for header in client.iter_orders(
                    status=status, created_from=since.replace(tzinfo=UTC)
                )
                if header.uid_key in known
                and self._is_changed_on_hub(known[header.uid_key], header)
            ]
            self._queue_news(company, headers)

    @api.model
    def _is_changed_on_hub(self, order, header):
        """Whether the hub's list says of ``order`` what Odoo does not know yet."""
        if header.status != order.plug4market_hub_status:
            return True
        return order._plug4market_is_older_than(header.updated_at)

    @api.model
    def _list_unseen(self, company, client):
        """Orders that nobody confirmed and Odoo does not have, whatever became of them.

        docs/hub-api.md 13 #48: Odoo was off, or its tokens were dead, while they were
        approved. One call; the approved ones are in the poll's own list. A database
        from a backup has lost orders that it had confirmed: it asks for all.
        """
        connection = company._plug4market_connection()
        connection.invalidate_recordset(["reads_all_orders"])
        lost = connection.reads_all_orders
        asked = {} if lost else {"integrated": False}
        statuses = IMPORTED_STATUSES if lost else IMPORTED_STATUSES - {"APPROVED"}
        since = fields.Datetime.now().replace(tzinfo=UTC) - UNSEEN_SINCE
        headers = [
            header
            for header in client.iter_orders(created_from=since, **asked)
            if header.status in statuses and (lost or not header.integrated)
        ]
        uids = [header.uid_key for header in headers]
        known = self.env["sale.order"]._plug4market_find(company, uids)
        known = set(known.mapped("plug4market_order_uid"))
        return [header for header in headers if header.uid_key not in known]

    @api.model
    @own_transaction
    def _queue_news(self, company, headers):
        """Queue the orders of ``headers`` that no row of the queue speaks for.

        A notice that failed is put back: the hub still asks for its order. What a
        person chose to ignore stays ignored.
        """
        Event = self.env["plug4market.order.event"].sudo()
        Event.search(
            [
                ("company_id", "=", company.id),
                ("order_uid", "in", [header.uid_key for header in headers]),
                ("state", "=", "failed"),
                ("kind", "=", "notice"),
                ("done_at", "<", fields.Datetime.now() - SWEEP_EVERY),
            ]
        ).write({"state": "pending", "next_attempt_at": fields.Datetime.now()})
        spoken_for = Event.search_fetch(
            [
                ("company_id", "=", company.id),
                ("order_uid", "in", [header.uid_key for header in headers]),
                "|",
                ("state", "in", ["pending", "failed"]),
                ("ignored_by_id", "!=", False),
            ],
            ["order_uid"],
        ).mapped("order_uid")
        new = {
            header.uid_key: header
            for header in headers
            if header.uid_key not in set(spoken_for)
        }
        if new:
            Event._enqueue(
                [
                    {
                        "company_id": company.id,
                        "kind": "notice",
                        "origin": "poll",
                        "order_uid": uid,
                        "order_uid_raw": header.uid,
                        "hub_status": header.status,
                    }
                    for uid, header in new.items()
                ]
            )
