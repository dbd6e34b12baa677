from odoo import models
from odoo.exceptions import UserError

from ..const import STATUS_AFTER
from ..hub import STATUS_RANK
from .plug4market_marketplace_mixin import status_reached


class SaleOrder(models.Model):
    """What the hub's statuses do to an order, in whatever order they arrive."""

    _inherit = "sale.order"

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
        # The total is what was sold; a later reading must not move the comparison.
        del values["plug4market_total"]
        news = {
            name: value
            for name, value in values.items()
            if value and self[name] != value
        }
        if news:
            self.with_context(plug4market_from_hub=True).write(news)
        if hub_order.status == "CANCELED" != old_status:
            self._plug4market_cancelled_by_hub()

    def _plug4market_call_done(self, event):
        """Write the effect of a call the hub accepted."""
        self.ensure_one()
        status = STATUS_AFTER.get(event.kind)
        if status and not status_reached(self.plug4market_status, event.kind):
            self.write({"plug4market_status": status, "plug4market_hub_status": status})

    def _plug4market_keep_document(self, document):
        """Keep the buyer's document as the marketplace sends it now."""
        if document and document != self.plug4market_document:
            self.plug4market_document = document

    def _plug4market_readdress(self, buyer, delivery):
        """Move the order to the buyer and address that the marketplace shows now."""
        self.ensure_one()
        values = {}
        if buyer != self.partner_id:
            settings = self.env["plug4market.order.import"]._prepare_settings_values(
                self.company_id
            )
            # Odoo fills these anew from the buyer.
            kept = {name: settings[name] for name in ("user_id", "pricelist_id")}
            values.update(kept, partner_id=buyer.id, partner_invoice_id=buyer.id)
            values["team_id"] = self.team_id.id
        if delivery != self.partner_shipping_id:
            values["partner_shipping_id"] = delivery.id
        if values:
            self.with_context(update_delivery_shipping_partner=True).write(values)

    # -- cancelled in Odoo ----------------------------------------------------

    def _plug4market_waited_for(self):
        """These orders as far as the marketplace waits for them and should be asked."""
        if self.env.context.get("plug4market_from_hub"):
            # A caller may claim that, too.
            self._plug4market_check_role()
            return self.browse()
        return self.filtered(
            lambda order: (
                order.plug4market_order_uid
                and order.plug4market_status != "CANCELED"
                and order.company_id.plug4market_active
            )
        )

    def action_cancel(self):
        """Ask the marketplace first: the order is cancelled once the hub says so."""
        if waited_for := self._plug4market_waited_for():
            waited_for._plug4market_check_role()
            return waited_for.action_plug4market_cancel_order()
        return super().action_cancel()

    def _action_cancel(self):
        """No other way of cancelling may forget the marketplace."""
        if waited_for := self._plug4market_waited_for():
            raise UserError(
                self.env._(
                    "The marketplace still waits for %(orders)s. Choose Cancel order "
                    "in the Marketplace menu; Odoo follows once it is cancelled there.",
                    orders=", ".join(waited_for.mapped("name")),
                )
            )
        return super()._action_cancel()
