from odoo import fields, models
from odoo.exceptions import UserError


class Plug4marketOrderEvent(models.Model):
    """What each outgoing kind of event says to the hub."""

    _inherit = "plug4market.order.event"

    def _prepare_call(self):
        """The client's method and arguments for this row.

        :raise UserError: when Odoo lacks what the call must say
        """
        self.ensure_one()
        return getattr(self, f"_prepare_{self.kind}_call")()

    def _prepare_confirm_call(self):
        return "confirm_order", {"store_number": self.order_id.name}

    def _prepare_invoice_call(self):
        nfe = self.move_id._plug4market_get_nfe()
        if self.move_id._plug4market_nfe_is_cancelled():
            raise UserError(self.move_id._plug4market_explain_cancelled())
        return "send_invoice", {
            # A date without zone cannot be told to the hub; the protocol has one.
            "nfe_date": nfe.issued_at or nfe.authorised_at,
            "nfe_number": nfe.number,
            "nfe_serial_number": nfe.series,
            "nfe_access_key": nfe.access_key,
            "xml": nfe.xml_text,
        }

    def _prepare_shipment_call(self):
        payload = self.payload or {}
        return "send_shipment", {
            "shipping_carrier": payload.get("carrier") or "",
            "tracking_number": payload.get("tracking_number") or "",
            "tracking_url": payload.get("tracking_url") or "",
        }

    def _prepare_delivered_call(self):
        delivered_at = (self.payload or {}).get("delivered_at")
        return "send_delivered", {
            "delivered_at": fields.Datetime.to_datetime(delivered_at)
            or fields.Datetime.now()
        }

    def _prepare_cancel_call(self):
        channel = self.order_id.plug4market_channel_id
        if not channel:
            raise UserError(
                self.env._(
                    "Order %(order)s has no sales channel, and Plug4Market asks for "
                    "its number to cancel. Set the channel on the order and press "
                    "Retry.",
                    order=self.order_id.display_name,
                )
            )
        return "cancel_order", {"channel_id": channel.hub_id}

    def _outcome_message(self, hub_order=None):
        """What the hub did, for the row and for who clicked."""
        self.ensure_one()
        if self.kind == "cancel" and hub_order and hub_order.status != "CANCELED":
            return self.env._(
                "Plug4Market accepted the cancellation and has not finished it yet."
            )
        messages = {
            "confirm": self.env._("Plug4Market knows the order's number in Odoo."),
            "invoice": self.env._("Plug4Market received the invoice."),
            "shipment": self.env._("Plug4Market received the shipment."),
            "delivered": self.env._("Plug4Market received the delivery."),
            "cancel": self.env._("Plug4Market cancelled the order."),
        }
        return messages[self.kind]

    def _outcomes(self):
        """Name, success and sentence of each row, for who clicked."""
        outcomes = []
        for event in self:
            message = event.message
            if event.state == "pending" and not message:
                message = self.env._("Queued; it goes on by itself.")
            elif event.state == "pending":
                message = self.env._(
                    "Queued, will be tried again by itself. %(reason)s", reason=message
                )
            # An order is cancelled with all its invoices.
            record = event.kind != "cancel" and event.move_id or event.order_id
            outcomes.append((record.display_name, event.state == "done", message))
        return outcomes
