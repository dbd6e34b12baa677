from odoo import api, fields, models

from ..const import ORDER_STATUSES, STATUS_BEFORE
from .plug4market_marketplace_mixin import status_reached


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "plug4market.marketplace.mixin"]

    plug4market_order_uid = fields.Char(
        "Order ID in the hub", copy=False, readonly=True, index="btree_not_null"
    )
    plug4market_order_uid_raw = fields.Char(copy=False, readonly=True)
    plug4market_status = fields.Selection(
        ORDER_STATUSES, "Marketplace status", copy=False, readonly=True, tracking=True
    )
    plug4market_hub_status = fields.Char(
        "Status in the hub", copy=False, readonly=True, help="As the hub spells it."
    )
    plug4market_channel_id = fields.Many2one(
        "plug4market.sales.channel", "Sales channel", copy=False, tracking=True
    )
    plug4market_order_type = fields.Selection(
        [("0", "Ordinary"), ("1", "Fulfilment")],
        "Marketplace order type",
        copy=False,
        readonly=True,
        help="The marketplace itself ships fulfilment orders.",
    )
    plug4market_total = fields.Monetary("Marketplace total", copy=False, readonly=True)
    plug4market_commission = fields.Monetary(
        "Marketplace commission", copy=False, readonly=True
    )
    plug4market_handling_limit = fields.Datetime(
        "Dispatch limit", copy=False, readonly=True
    )
    plug4market_estimated_delivery = fields.Datetime(
        "Promised delivery", copy=False, readonly=True
    )
    plug4market_document = fields.Char(
        "Document on the marketplace",
        copy=False,
        readonly=True,
        help="The buyer's CPF or CNPJ as the marketplace sent it, masked or not.",
    )
    plug4market_payment = fields.Text(
        "Marketplace payment",
        copy=False,
        readonly=True,
        help="Method, card, value and instalments of each payment.",
    )
    plug4market_event_ids = fields.One2many(
        "plug4market.order.event",
        "order_id",
        "Marketplace events",
        groups="plug4market_connector.plug4market_connector_group_user",
    )

    _plug4market_order_uid_uniq = models.UniqueIndex(
        "(company_id, plug4market_order_uid) WHERE plug4market_order_uid IS NOT NULL",
        "This marketplace order is in Odoo already.",
    )

    # -- the hub's order ------------------------------------------------------

    @api.model
    def _plug4market_find(self, company, uids):
        """The company's orders of these hub ids (lower case)."""
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("plug4market_order_uid", "in", uids),
            ]
        )

    def _plug4market_summary(self):
        """One sentence on where the order stands, for the event list."""
        self.ensure_one()
        statuses = dict(
            self._fields["plug4market_status"]._description_selection(self.env)
        )
        return self.env._(
            "%(order)s: %(status)s.",
            order=self.name,
            status=statuses.get(self.plug4market_status) or self.plug4market_hub_status,
        )

    def _plug4market_ask(
        self, summary, note, kind="mail.mail_activity_data_todo", deadline=None
    ):
        """Leave one activity for the person who looks after the integration."""
        self.ensure_one()
        self.activity_schedule(
            kind,
            date_deadline=deadline,
            user_id=self.company_id._plug4market_person().id,
            summary=summary,
            note=note,
        )

    # -- telling the hub ------------------------------------------------------

    def _plug4market_order(self):
        return self.filtered("plug4market_order_uid")

    def _plug4market_event_values(self, kind, origin="automatic"):
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
            [order._plug4market_event_values(kind) for order in self]
        )

    def _plug4market_waiting_events(self, kind):
        return self.sudo().plug4market_event_ids.filtered(
            lambda event: event.kind == kind and event.state == "pending"
        )

    def _plug4market_blocked_by_status(self, kind):
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
