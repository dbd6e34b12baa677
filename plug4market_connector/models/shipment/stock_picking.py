from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...access import known
from ...hub import AWAITING_DISPATCH
from .sale_order import DISPATCH

# What tells of a parcel, in Odoo's delivery fields and in OCA's delivery_state.
TELLING = {"carrier_id", "carrier_tracking_ref", "delivery_state"}
# What decides whether a shipment is still to be reported.
SHIPMENT_HANGS_ON = (
    *("state", "carrier_id", "carrier_tracking_ref"),
    *("sale_id.plug4market_status", "sale_id.plug4market_event_ids.state"),
)


class StockPicking(models.Model):
    """The transfer of a marketplace order, under its dispatch clock."""

    _name = "stock.picking"
    _inherit = [
        "stock.picking",
        "plug4market.marketplace.mixin",
        "plug4market.label.mixin",
    ]

    plug4market_handling_limit = fields.Datetime(
        related="sale_id.plug4market_handling_limit",
        store=True,
        index="btree_not_null",
    )
    plug4market_channel_id = fields.Many2one(
        related="sale_id.plug4market_channel_id", string="Sales channel"
    )
    plug4market_dispatch = fields.Selection(
        DISPATCH,
        "Dispatch",
        compute="_compute_plug4market_dispatch",
        compute_sudo=True,
        search="_search_plug4market_dispatch",
        help="Where the transfer stands against the marketplace's dispatch limit.",
    )

    plug4market_reportable = fields.Boolean(compute="_compute_plug4market_reportable")
    plug4market_shipment_waits = fields.Text(
        compute="_compute_plug4market_shipment_waits"
    )

    plug4market_label_state = fields.Selection(
        related="sale_id.plug4market_label_state", string="Shipping label"
    )
    plug4market_label_message = fields.Text(
        related="sale_id.plug4market_label_message", string="About the label"
    )
    plug4market_label_to_print = fields.Boolean(
        related="sale_id.plug4market_label_to_print", string="Label to print"
    )

    @api.depends("state", "picking_type_code", "sale_id.plug4market_dispatch")
    def _compute_plug4market_dispatch(self):
        for picking in self:
            ticks = (
                picking.state not in ("done", "cancel")
                and picking.picking_type_code != "incoming"
            )
            picking.plug4market_dispatch = (
                ticks and known(picking).sale_id.plug4market_dispatch
            )

    def _search_plug4market_dispatch(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self._plug4market_dispatch_domain(set(value) - {False})
        if False in value:
            found |= ~self._plug4market_dispatch_domain(dict(DISPATCH))
        return found

    @api.model
    def _plug4market_dispatch_domain(self, names):
        # Who works in the warehouse may be allowed to see no sale order.
        of_order = [("plug4market_dispatch", "in", list(names))]
        return (
            Domain("state", "not in", ["done", "cancel"])
            & Domain("picking_type_id.code", "!=", "incoming")
            & Domain("sale_id", "any!", of_order)
        )

    # -- telling the marketplace ----------------------------------------------
    # The transfer to the buyer, of which the marketplace is told.

    @api.depends(*SHIPMENT_HANGS_ON)
    def _compute_plug4market_reportable(self):
        """Whether a click makes sense."""
        for picking in self:
            saved = known(picking).sudo()
            picking.plug4market_reportable = bool(
                saved._plug4market_order()
                and not saved._plug4market_why_blocked("shipment")
            )

    @api.depends(*SHIPMENT_HANGS_ON)
    @api.depends_context("lang")
    def _compute_plug4market_shipment_waits(self):
        """What sending by itself still waits for."""
        for picking in self:
            saved = known(picking).sudo()
            order = saved._plug4market_order()
            picking.plug4market_shipment_waits = (
                saved._plug4market_is_to_be_reported()
                and (
                    order._plug4market_why_shipment_waits()
                    or order._plug4market_why_blocked_by_status("shipment")
                )
            )

    def _plug4market_is_to_be_reported(self):
        """Whether the shipment of this done transfer is still to be reported."""
        order = self._plug4market_order()
        return (
            self.state == "done"
            and self in order._plug4market_parcels()
            and order.company_id.plug4market_active
            and order.company_id.plug4market_auto_send_shipment
            and order.plug4market_order_type != "1"
            and order.plug4market_status in AWAITING_DISPATCH
        )

    # -- the Marketplace menu -------------------------------------------------

    def _plug4market_order(self):
        # Who may write a transfer may write any order's id over RPC.
        of_own_company = self.filtered(
            lambda picking: picking.sale_id.company_id == picking.company_id
        )
        return of_own_company.sale_id._plug4market_order()

    def _plug4market_invoice(self):
        return self.sale_id._plug4market_invoice()

    def _plug4market_why_blocked(self, kind):
        self.ensure_one()
        if kind == "shipment" and (order := self._plug4market_order()):
            if self.state == "cancel" or self not in order._plug4market_parcels():
                return self.env._("This transfer does not take goods to the buyer.")
            if self.state != "done":
                return self.env._("Validate the transfer first.")
        return super()._plug4market_why_blocked(kind)

    # -- by itself ------------------------------------------------------------

    def button_validate(self):
        """Send nothing that the marketplace has changed and nobody has looked at.

        :raise UserError: when the order of one of these has changed there
        """
        for order in (
            self.filtered(lambda p: p.picking_type_code == "outgoing").sudo().sale_id
        ):
            if why := order._plug4market_why_it_waits():
                raise UserError(
                    self.env._(
                        "The marketplace has changed %(order)s, so its transfer waits:"
                        "\n%(changes)s\nPut it right and say so on the order first.",
                        order=order.display_name,
                        changes=why,
                    )
                )
        return super().button_validate()

    def _action_done(self):
        """Tell the hub; a return may be the last a cancelled order waited for."""
        result = super()._action_done()
        self.sale_id._plug4market_report()
        self.sale_id.sudo()._plug4market_close_cancellation()
        return result

    def write(self, vals):
        """Late tracking numbers, and what the carrier says of a parcel."""
        result = super().write(vals)
        if TELLING & vals.keys():
            self.sale_id._plug4market_report()
        return result

    # -- the shipping label ---------------------------------------------------
    # The shipping label of the order that a transfer sends out.

    def _plug4market_label_orders(self):
        # Who works in the warehouse may be allowed to see no sale order.
        return self.sudo()._plug4market_order()
