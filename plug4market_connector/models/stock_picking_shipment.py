from odoo import api, fields, models

from ..access import known
from ..const import AWAITING_DISPATCH

# What tells of a parcel, in Odoo's delivery fields and in OCA's delivery_state.
TELLING = {"carrier_id", "carrier_tracking_ref", "delivery_state"}


class StockPicking(models.Model):
    """The transfer to the buyer, of which the marketplace is told."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "plug4market.marketplace.mixin"]

    plug4market_reportable = fields.Boolean(compute="_compute_plug4market_shipment")
    plug4market_shipment_waits = fields.Text(compute="_compute_plug4market_shipment")

    @api.depends(
        "state",
        "carrier_id",
        "carrier_tracking_ref",
        "sale_id.plug4market_status",
        "sale_id.plug4market_event_ids.state",
    )
    @api.depends_context("lang")
    def _compute_plug4market_shipment(self):
        """Whether a click makes sense, and what sending by itself still waits for."""
        for picking in self:
            saved = known(picking).sudo()
            order = saved._plug4market_order()
            picking.plug4market_reportable = bool(
                order and not saved._plug4market_blocked("shipment")
            )
            picking.plug4market_shipment_waits = (
                saved._plug4market_goes_by_itself()
                and (
                    order._plug4market_shipment_waits()
                    or order._plug4market_blocked_by_status("shipment")
                )
            )

    def _plug4market_goes_by_itself(self):
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

    def _plug4market_blocked(self, kind):
        self.ensure_one()
        if kind == "shipment" and (order := self._plug4market_order()):
            if self.state == "cancel" or self not in order._plug4market_parcels():
                return self.env._("This transfer does not take goods to the buyer.")
            if self.state != "done":
                return self.env._("Validate the transfer first.")
        return super()._plug4market_blocked(kind)

    # -- by itself ------------------------------------------------------------

    def _action_done(self):
        result = super()._action_done()
        self.sale_id._plug4market_report()
        return result

    def write(self, vals):
        """Late tracking numbers, and what the carrier says of a parcel."""
        result = super().write(vals)
        if TELLING & vals.keys():
            self.sale_id._plug4market_report()
        return result
