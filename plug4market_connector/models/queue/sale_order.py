from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...hub import (
    OPEN_STATUSES,
    STATUS_AFTER,
    STATUS_BEFORE,
    STATUS_RANK,
    naive_utc,
    status_reached,
)
from ...transaction import DONE_AT_ONCE

# Our own calls change an order, too, and the hub's clock may be fast.
CLOCKS_DIFFER = timedelta(minutes=10)
# The company's setting that lets each kind be told without a click.
SETTINGS = {
    "invoice": "plug4market_auto_send_invoice",
    "shipment": "plug4market_auto_send_shipment",
    "delivered": "plug4market_auto_send_shipment",
}


class SaleOrder(models.Model):
    """An order as the queue knows it: its rows, its status, its history."""

    _inherit = "sale.order"
    plug4market_lines_total = fields.Monetary(
        "Total in Odoo",
        compute="_compute_plug4market_gap",
        help="Without the line that makes up for a difference.",
    )
    plug4market_gap = fields.Monetary("Difference", compute="_compute_plug4market_gap")
    plug4market_known_at = fields.Datetime(
        "Last read or told",
        copy=False,
        readonly=True,
        help="What the hub changes later is read again.",
    )
    plug4market_timeline_ids = fields.Many2many(
        "plug4market.order.event",
        string="What happened",
        compute="_compute_plug4market_timeline_ids",
        groups="plug4market_connector.plug4market_connector_group_user",
    )

    @api.depends("plug4market_total", "amount_total", "plug4market_difference")
    def _compute_plug4market_gap(self):
        """By how much the order's lines miss what the marketplace was paid."""
        for order in self:
            lines_total = order.amount_total - order.plug4market_difference
            gap = lines_total - order.plug4market_total
            order.plug4market_lines_total = lines_total
            order.plug4market_gap = order.currency_id.round(gap) or 0.0

    def _compute_plug4market_timeline_ids(self):
        """The order's rows of the queue, and those that only name its id so far."""
        Event = self.env["plug4market.order.event"]
        domain = Domain("order_id", "in", self.ids)
        for company, orders in self.grouped("company_id").items():
            domain |= (
                Domain("order_id", "=", False)
                & Domain("company_id", "=", company.id)
                & Domain("order_uid", "in", orders.mapped("plug4market_order_uid"))
            )
        by_order = Event.search(domain).grouped(
            lambda event: (event.company_id, event.order_uid)
        )
        for order in self:
            key = (order.company_id, order.plug4market_order_uid)
            order.plug4market_timeline_ids = by_order.get(key, Event)

    def action_plug4market_read_again(self):
        """Read these orders from the hub now; many are read by the queue."""
        self.env["res.users"]._plug4market_check_role()
        self.check_access("read")
        orders = self._plug4market_order()
        if not orders:
            raise UserError(self.env._("None of these is a marketplace order."))
        Event = self.env["plug4market.order.event"]
        event_ids = []
        for company, of_company in orders.grouped("company_id").items():
            uids = {
                order.plug4market_order_uid: (
                    order.plug4market_order_uid_raw or order.plug4market_order_uid
                )
                for order in of_company
            }
            event_ids += Event._ask_for(company, uids)
        if len(event_ids) <= DONE_AT_ONCE:
            return self._plug4market_show(Event._work_now(event_ids))
        Event._wake_worker()
        message = self.env._(
            "%(count)s orders are being read again in the background.",
            count=len(event_ids),
        )
        return self._plug4market_show([("", True, message)])

    # -- what the hub says of it ----------------------------------------------
    # What the hub's statuses do to an order, in whatever order they arrive.

    def _plug4market_apply(self, hub_order):
        """Write what the hub says of this order now; late news changes nothing.

        A status that Odoo does not know is kept as the hub spells it.
        """
        self.ensure_one()
        importer = self.env["plug4market.order.import"]
        values = importer._prepare_status_values(hub_order)
        old_status = self.plug4market_status
        old = STATUS_RANK.get(old_status, -1)
        if STATUS_RANK.get(values.get("plug4market_status"), old) < old:
            return
        news = {
            name: value
            for name, value in values.items()
            if value and self[name] != value
        }
        if news or self._plug4market_is_older_than(hub_order.updated_at):
            news["plug4market_known_at"] = fields.Datetime.now()
            self.with_context(plug4market_from_hub=True).write(news)
        if hub_order.status == "CANCELED" != old_status:
            self._plug4market_cancelled_by_hub()

    def _plug4market_is_older_than(self, moment):
        """Whether the hub changed the order after Odoo last read or told it."""
        changed, known = naive_utc(moment), self.plug4market_known_at
        return bool(changed and known) and changed > known + CLOCKS_DIFFER

    def _plug4market_call_done(self, event):
        """Write the effect of a call the hub accepted."""
        self.ensure_one()
        values = {"plug4market_known_at": fields.Datetime.now()}
        status = STATUS_AFTER.get(event.kind)
        if status and not status_reached(self.plug4market_status, event.kind):
            values |= {"plug4market_status": status, "plug4market_hub_status": status}
        self.write(values)

    # -- what is told without a click -----------------------------------------
    # What Odoo tells the hub without being asked, once it is known and in order.
    #
    # Whatever may have been the last thing missing looks at the order again. So a
    # shipment that is known before the invoice was sent waits in Odoo alone, without a
    # row or a call, until the hub has the invoice.

    def _plug4market_report(self):
        """Queue what Odoo knows of these orders and their companies want to be told.

        What goes wrong stays with its order: it stops no transfer and no invoice.
        """
        orders = self.sudo().filtered(
            lambda order: order._plug4market_is_reported_by_itself()
        )
        orders._plug4market_take_turns()
        orders.filtered("plug4market_flow_error").plug4market_flow_error = False
        for kind, setting in SETTINGS.items():
            expected = orders._plug4market_expected_to(kind, setting)
            expected._plug4market_safely(f"_plug4market_report_{kind}")

    def _plug4market_is_reported_by_itself(self):
        """Whether the hub still waits for something, and nobody needs to click."""
        company = self.company_id
        return (
            bool(self.plug4market_order_uid)
            and self.plug4market_status in OPEN_STATUSES
            and self.plug4market_hub_status in STATUS_RANK
            and self.state != "cancel"
            and company.plug4market_active
            and any(company[setting] for setting in SETTINGS.values())
        )

    def _plug4market_expected_to(self, kind, setting):
        """These orders as far as the hub waits for ``kind`` of them."""
        return self.filtered(
            lambda order: (
                order.company_id[setting]
                and not order._plug4market_why_blocked_by_status(kind)
            )
        )

    def _plug4market_take_turns(self):
        """Let no two transactions look at an order at once.

        Who writes that the hub has the invoice, and who ends the last transfer in the
        same moment, would each see the other's half missing and leave the shipment to
        the other. Both change the order's row, so the later one begins again.
        """
        if self:
            self.flush_recordset()
            self.env.cr.execute(
                "UPDATE sale_order SET write_date = write_date WHERE id = ANY(%s)",
                [self.ids],
            )

    def _plug4market_enqueue_known(self, kind):
        """Queue ``kind`` with what Odoo knows now, once for each order."""
        self.env["plug4market.order.event"]._enqueue_once(
            [
                {
                    **order._plug4market_prepare_event_values(kind),
                    "move_id": order._plug4market_invoice().id,
                    "payload": order._plug4market_payload(kind) or False,
                }
                for order in self
            ]
        )

    # -- its rows of the queue ------------------------------------------------

    def _plug4market_prepare_event_values(self, kind, origin="automatic"):
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "kind": kind,
            "origin": origin,
            "order_id": self.id,
            "order_uid": self.plug4market_order_uid,
            "order_uid_raw": self.plug4market_order_uid_raw,
        }

    def _plug4market_enqueue(self, kind):
        """Queue ``kind`` for these orders in this transaction."""
        return self.env["plug4market.order.event"]._enqueue(
            [order._plug4market_prepare_event_values(kind) for order in self]
        )

    def _plug4market_waiting_events(self, kind):
        return self.sudo().plug4market_event_ids.filtered(
            lambda event: event.kind == kind and event.state == "pending"
        )

    def _plug4market_why_blocked_by_status(self, kind):
        """Why the order's status does not allow ``kind``; empty when it does."""
        self.ensure_one()
        if self.plug4market_order_type == "1" and kind != "invoice":
            return self.env._("The marketplace ships this order itself.")
        if self.plug4market_status in STATUS_BEFORE[kind]:
            return ""
        if status_reached(self.plug4market_status, kind):
            return self.env._("Plug4Market knows this already.")
        return {
            "invoice": self.env._("The order is not paid yet."),
            "shipment": self.env._("Send the invoice first."),
            "delivered": self.env._("Report the shipment first."),
        }[kind]
