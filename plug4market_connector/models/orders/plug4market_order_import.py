from odoo import api, models
from odoo.fields import Command
from odoo.tools import plaintext2html

from ..nfe import payment_code
from .plug4market_connection import naive_utc


class Plug4marketOrderImport(models.AbstractModel):
    """Turns hub orders into sale orders: import first, judge later.

    Every order becomes a sale order, whatever is odd about it; what is odd keeps it a
    quotation until a person has looked (``sale.order.plug4market_needs_attention``).
    """

    _name = "plug4market.order.import"
    _description = "Plug4Market Order Import"

    @api.model
    def _import_orders(self, company, hub_orders):
        """Create or update the orders of a batch.

        :return: the sale orders, and the errors of those that could not be written;
            both by hub id
        """
        importer = (
            self.sudo()
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                lang=company._plug4market_lang(),
                tz=company.plug4market_user_id.tz or "America/Sao_Paulo",
                plug4market_from_hub=True,
                # The salesperson follows each order; no note says so each time.
                mail_auto_subscribe_no_notify=True,
            )
        )
        return importer._import_batch(importer.env.company, hub_orders)

    # -- orders ---------------------------------------------------------------

    @api.model
    def _prepare_order_values(self, lookup, hub_order, buyer, delivery):
        company = lookup.company
        channel = lookup.channel(hub_order)
        fiscal_position = (
            self.env["account.fiscal.position"]
            .with_company(company)
            ._get_fiscal_position(buyer, delivery)
        )
        values = {
            **self._prepare_status_values(hub_order),
            "company_id": company.id,
            "partner_id": buyer.id,
            "partner_invoice_id": buyer.id,
            "partner_shipping_id": delivery.id,
            "client_order_ref": hub_order.channel_order_number or hub_order.uid,
            "origin": channel.name or hub_order.channel_name or hub_order.channel,
            "date_order": naive_utc(
                hub_order.channel_created_at or hub_order.created_at
            ),
            "note": hub_order.note and plaintext2html(hub_order.note),
            "fiscal_position_id": fiscal_position.id,
            "plug4market_order_uid": hub_order.uid_key,
            "plug4market_order_uid_raw": hub_order.uid,
            "plug4market_channel_id": channel.id,
            "plug4market_order_type": "1" if hub_order.is_fulfilment else "0",
            "plug4market_document": hub_order.billing.document_id or False,
            "order_line": [
                Command.create(line)
                for line in self._prepare_lines(lookup, hub_order, fiscal_position)
            ],
            **self._prepare_settings_values(company),
            **self._prepare_fiscal_values(lookup),
        }
        if hub_order.is_fulfilment and company.plug4market_fulfilment_warehouse_id:
            values["warehouse_id"] = company.plug4market_fulfilment_warehouse_id.id
        if not values["date_order"]:
            del values["date_order"]
        return values

    @api.model
    def _prepare_settings_values(self, company):
        """What the company's settings say of every marketplace order."""
        chosen = {
            "warehouse_id": company.plug4market_warehouse_ids[:1].id,
            "team_id": company.plug4market_team_id.id,
        }
        values = {name: value for name, value in chosen.items() if value}
        # Nobody sold it: without a choice the robot that imports would be its seller.
        values["user_id"] = company.plug4market_user_id.id
        # Prices are the marketplace's, in reais: a pricelist of the buyer could turn
        # the order into another currency.
        pricelist = company.plug4market_pricelist_id
        own = pricelist.currency_id == company.currency_id
        values["pricelist_id"] = pricelist.id if own else False
        return values

    @api.model
    def _prepare_status_values(self, hub_order):
        """What the hub says of an order at any time of its life."""
        known = dict(self.env["sale.order"]._fields["plug4market_status"].selection)
        total = hub_order.total_amount
        if total is None:
            total = hub_order.computed_total
        values = {
            "plug4market_hub_status": hub_order.status,
            "plug4market_total": float(total),
            "plug4market_commission": float(hub_order.total_commission or 0),
            "plug4market_payment": self._payment_text(hub_order) or False,
            "plug4market_hub_nfe_key": hub_order.invoice
            and hub_order.invoice.access_key,
            **self._prepare_intermediary_values(hub_order),
            "plug4market_handling_limit": naive_utc(hub_order.estimated_handling_limit),
            "plug4market_estimated_delivery": naive_utc(
                hub_order.estimated_delivered_at
            ),
        }
        if hub_order.status in known:
            values["plug4market_status"] = hub_order.status
        return values

    @api.model
    def _payment_text(self, hub_order):
        """How the order was paid, one payment a line, for people to read."""
        currency = self.env.company.currency_id
        lines = []
        for payment in hub_order.payments:
            parts = [payment.method, payment.card_brand]
            if payment.value is not None:
                parts.append(currency.format(float(payment.value)))
            if (payment.installments or 0) > 1:
                parts.append(f"({payment.installments}x)")
            lines.append(" ".join(filter(None, parts)))
        return "\n".join(filter(None, lines))

    @api.model
    def _prepare_intermediary_values(self, hub_order):
        """What the hub tells for the NF-e, as far as the order's total counts it."""
        payments = sorted(
            hub_order.payments, key=lambda payment: payment.value or 0, reverse=True
        )
        codes = dict.fromkeys(payment_code(p.method) for p in payments if p.method)
        return {
            "plug4market_payment_codes": ", ".join(codes),
            "plug4market_freight": float(hub_order.charges.freight),
            "plug4market_interest": float(hub_order.charges.interest),
        }
