from odoo import api, fields, models
from odoo.exceptions import UserError

from ...access import known
from ...hub import STATUS_BEFORE
from ...messages import notification

MENU = ("invoice", "shipment", "delivered", "cancel")
ACTION_BY_KIND = {
    "invoice": "action_plug4market_send_invoice",
    "shipment": "action_plug4market_send_shipment",
    "delivered": "action_plug4market_send_delivered",
    "cancel": "action_plug4market_cancel_order",
}


class Plug4marketMarketplaceMixin(models.AbstractModel):
    """The Marketplace menu: what a person tells the hub of an order or its invoice."""

    _name = "plug4market.marketplace.mixin"
    _description = "Plug4Market Marketplace Menu"

    plug4market_menu = fields.Json(
        compute="_compute_plug4market_menu", compute_sudo=True
    )

    def _plug4market_order(self):
        """The marketplace order this record speaks of; empty if of none."""
        raise NotImplementedError

    def _plug4market_orders_told(self, kind):
        """The orders of which a click on ``kind`` tells: its own, mostly."""
        return self._plug4market_order()

    def _plug4market_invoice(self):
        """The invoice whose NF-e this record would send; may be empty."""
        raise NotImplementedError

    def _compute_plug4market_menu(self):
        labels = {
            "invoice": self.env._("Send invoice"),
            "shipment": self.env._("Report shipment"),
            "delivered": self.env._("Report delivery"),
            "cancel": self.env._("Cancel order"),
        }
        for record in self:
            saved = known(record)
            record.plug4market_menu = bool(saved._plug4market_order()) and [
                {
                    "kind": kind,
                    "action": ACTION_BY_KIND[kind],
                    "label": labels[kind],
                    "reason": saved._plug4market_why_blocked(kind) or "",
                }
                for kind in MENU
            ]

    # -- what makes sense -----------------------------------------------------

    def _plug4market_why_blocked(self, kind):
        """Why ``kind`` makes no sense for this record now; empty when it does."""
        self.ensure_one()
        order = self._plug4market_order()
        if not order:
            return self.env._("This is not a marketplace order.")
        if not order.company_id.plug4market_active:
            return self.env._(
                "Plug4Market is not enabled for %s.", order.company_id.name
            )
        if order.plug4market_status == "CANCELED":
            return self.env._("The order is cancelled on the marketplace.")
        if order._plug4market_waiting_events(kind):
            return self.env._("It is in the queue already and is sent by itself.")
        if kind in STATUS_BEFORE:
            return order._plug4market_why_blocked_by_status(kind) or (
                kind == "invoice" and self._plug4market_why_blocked_by_invoice()
            )
        return ""

    def _plug4market_why_blocked_by_invoice(self):
        invoice = self._plug4market_invoice()
        if not invoice:
            return self.env._("The order has no posted invoice yet.")
        return invoice._plug4market_nfe_problem()

    # -- clicks ---------------------------------------------------------------

    def action_plug4market_send_invoice(self):
        """Send the authorised NF-e to the hub."""
        return self._plug4market_click("invoice")

    def action_plug4market_send_shipment(self):
        """Tell the hub that the order has left; ask for what Odoo does not know."""
        blocked = len(self) == 1 and self._plug4market_why_blocked("shipment")
        if len(self) == 1 and not blocked and not self._plug4market_tracking():
            return self.env["plug4market.shipment"]._open(self._plug4market_order())
        return self._plug4market_click("shipment")

    def action_plug4market_send_delivered(self):
        """Tell the hub that the buyer has the goods."""
        return self._plug4market_click("delivered")

    def action_plug4market_cancel_order(self):
        """Ask before the order is cancelled on the marketplace.

        The wizard shows those that cannot be, too, with their reason.
        """
        if all(record._plug4market_why_blocked("cancel") for record in self):
            raise UserError(self[:1]._plug4market_why_blocked("cancel"))
        return self.env["plug4market.cancel"]._open(self._plug4market_order())

    def _plug4market_tracking(self):
        """Carrier and tracking number of the order's transfers, if known."""
        return self._plug4market_order()._plug4market_tracking_values()

    def _plug4market_click(self, kind, payload=None):
        """Queue ``kind`` for these records, send it now, and show what came of it."""
        told = self._plug4market_tell(kind, payload, raises=len(self) == 1)
        return self._plug4market_show(
            [(record.display_name, *told[record]) for record in self]
        )

    def _plug4market_tell(self, kind, payload=None, *, raises=False):
        """Queue ``kind`` for these records and send it now.

        :param raises: let an error say why nothing is sent at all
        :return: whether each record is told, and a sentence
        """
        self.env["res.users"]._plug4market_check_role()
        self.check_access("read")
        results, rows, spokesmen = {}, [], {}
        for record in self:
            order = record._plug4market_order()
            if reason := record._plug4market_why_blocked_now(kind, payload):
                results[record] = False, reason
            elif other := spokesmen.get(order):
                # Shipment and delivery are the order's, an NF-e is its invoice's alone.
                results[record] = (
                    kind != "invoice",
                    self.env._(
                        "Order %(order)s is told of once, with %(other)s.",
                        order=order.display_name,
                        other=other.display_name,
                    ),
                )
            else:
                for told in record._plug4market_orders_told(kind):
                    spokesmen[told] = record
                    values = {
                        **told._plug4market_prepare_event_values(kind, "user"),
                        "move_id": record._plug4market_invoice().id,
                        "payload": payload or told._plug4market_payload(kind) or False,
                    }
                    rows.append((record, values))
        if not rows and raises:
            raise UserError(results[self][1])
        outcomes = self._plug4market_send_now([values for _record, values in rows])
        for (record, _values), (_name, done, message) in zip(
            rows, outcomes, strict=True
        ):
            # Of several orders the one that was not told says why.
            if results.get(record, (True, ""))[0]:
                results[record] = done, message
        return results

    def _plug4market_why_blocked_now(self, kind, payload):
        """Why a click on ``kind`` comes to nothing; empty when it does not."""
        if reason := self._plug4market_why_blocked(kind):
            return reason
        if kind == "shipment" and not payload and not self._plug4market_tracking():
            return self.env._("The transfer has no tracking number yet.")
        return ""

    @api.model
    def _plug4market_send_now(self, values):
        """Commit the rows, then work them: Odoo may replay the request."""
        Event = self.env["plug4market.order.event"]
        return Event._work_now(Event._enqueue_now(values).ids)

    @api.model
    def _plug4market_show(self, results):
        """A notification with one sentence a record, each on a line of its own."""
        succeeded = all(done for _name, done, _message in results)
        lines = [
            message
            if len(results) == 1 or message.startswith(name)
            else f"{name}: {message}"
            for name, _done, message in results
        ]
        return notification(
            "\n".join(lines if len(lines) == 1 else ["", *lines]),
            kind="success" if succeeded else "warning",
            title=self.env._("Marketplace"),
            sticky=not succeeded,
        )
