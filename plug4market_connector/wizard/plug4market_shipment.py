from odoo import api, fields, models


class Plug4marketShipment(models.TransientModel):
    """Asks for the carrier and tracking number that no transfer holds."""

    _name = "plug4market.shipment"
    _description = "Report Shipment to Plug4Market"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    carrier = fields.Char()
    tracking_number = fields.Char()
    tracking_url = fields.Char("Tracking address")

    @api.model
    def _open(self, order):
        """Open the wizard with what the order's transfers know."""
        picking = order._plug4market_parcels().filtered("carrier_id")[-1:]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report shipment"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_id": order.id,
                "default_carrier": picking.carrier_id.name or order.carrier_id.name,
                "default_tracking_number": picking.carrier_tracking_ref,
            },
        }

    def action_send(self):
        """Tell the hub what was typed."""
        self.ensure_one()
        return self.order_id._plug4market_click(
            "shipment",
            {
                "carrier": self.carrier,
                "tracking_number": self.tracking_number,
                "tracking_url": self.tracking_url or "",
            },
        )
