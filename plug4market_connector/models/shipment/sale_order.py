from odoo import fields, models

# OCA's delivery_state, whose carriers tell when the buyer got a parcel.
DELIVERED = "customer_delivered"


class SaleOrder(models.Model):
    """The one shipment that the hub takes of an order, made of all its parcels."""

    _inherit = "sale.order"

    def _plug4market_parcels(self):
        """Transfers that take goods to the buyer, not from shelf to shelf or back."""
        return self.picking_ids.filtered(
            lambda picking: (
                picking.company_id == self.company_id
                and picking.location_dest_id.usage == "customer"
                and picking.state != "cancel"
            )
        ).sorted("id")

    def _plug4market_payload(self, kind):
        """What Odoo knows of what ``kind`` tells the hub; empty when nothing."""
        if kind == "shipment":
            return self._plug4market_tracking_values()
        if kind == "delivered":
            return self._plug4market_delivery_values()
        return {}

    # -- shipment -------------------------------------------------------------

    def _plug4market_tracking_values(self):
        """Carrier, numbers and address of the order's parcels; empty without a number.

        The hub takes one shipment, of free text ("API notes" 7.7 and 13 #33): the
        numbers of several parcels are joined, the address is the first one's.
        """
        self.ensure_one()
        parcels = self._plug4market_parcels()
        numbers = dict.fromkeys(filter(None, map(_tracking_number, parcels)))
        carriers = self._plug4market_carriers()
        if not numbers or not carriers:
            return {}
        return {
            "carrier": ", ".join(carriers.mapped("name")),
            "tracking_number": ", ".join(numbers),
            "tracking_url": next(filter(None, map(_tracking_url, parcels)), ""),
        }

    def _plug4market_carriers(self):
        """Who carries the parcels; the order's delivery method where none says it."""
        return self._plug4market_parcels().carrier_id or self.carrier_id

    def _plug4market_shipment_waits(self):
        """Why the shipment cannot be reported by itself yet; empty when it can."""
        self.ensure_one()
        parcels = self._plug4market_parcels()
        if not parcels:
            return self.env._("No transfer to the buyer is done yet.")
        if still_open := parcels.filtered(lambda picking: picking.state != "done"):
            return self.env._(
                "Not done yet: %(transfers)s.",
                transfers=", ".join(still_open.mapped("name")),
            )
        if nameless := parcels.filtered(lambda picking: not _tracking_number(picking)):
            return self.env._(
                "No tracking number yet: %(transfers)s.",
                transfers=", ".join(nameless.mapped("name")),
            )
        if not self._plug4market_carriers():
            return self.env._(
                "No carrier yet: %(transfers)s.",
                transfers=", ".join(parcels.mapped("name")),
            )
        return ""

    # -- delivery -------------------------------------------------------------

    def _plug4market_delivery_values(self):
        """When the buyer got the last parcel; empty while nobody knows.

        Odoo itself never does. OCA's ``delivery_state`` is used where it is installed.
        """
        self.ensure_one()
        parcels = self._plug4market_parcels()
        if not parcels or "delivery_state" not in parcels._fields:
            return {}
        if any(picking.delivery_state != DELIVERED for picking in parcels):
            return {}
        dates = filter(None, parcels.mapped("date_delivered"))
        delivered_at = max(dates, default=fields.Datetime.now())
        return {"delivered_at": fields.Datetime.to_string(delivered_at)}


def _tracking_number(picking):
    return (picking.carrier_tracking_ref or "").strip()


def _tracking_url(picking):
    """The transfer's address, or the first one of a carrier that knows several."""
    several = picking.get_multiple_carrier_tracking()
    return several[0][1] if several else picking.carrier_tracking_url or ""
