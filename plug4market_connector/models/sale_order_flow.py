from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..transaction import fall_out

# What a person changes on an order that waits, to put it right.
PUTS_RIGHT = {
    *("order_line", "partner_id", "warehouse_id"),
    *("plug4market_channel_id", "plug4market_difference_accepted"),
}


class SaleOrder(models.Model):
    """What happens by itself to an imported order, and what keeps it waiting."""

    _inherit = "sale.order"

    plug4market_flow_error = fields.Text(copy=False, readonly=True)
    plug4market_needs_attention = fields.Boolean(
        "Needs attention", compute="_compute_plug4market_needs_attention", store=True
    )
    plug4market_attention = fields.Text(
        "What to do", compute="_compute_plug4market_attention"
    )

    # -- attention ------------------------------------------------------------

    @api.depends(
        "order_line.plug4market_unmatched",
        "plug4market_difference",
        "plug4market_difference_accepted",
        "plug4market_order_uid",
        "plug4market_order_type",
        "plug4market_flow_error",
        "plug4market_channel_id",
        "plug4market_status",
        "plug4market_total",
        "amount_total",
        "partner_id.vat",
        "warehouse_id",
        "state",
    )
    def _compute_plug4market_needs_attention(self):
        for order in self:
            order.plug4market_needs_attention = bool(order._plug4market_reasons())

    def _plug4market_reasons(self):
        """Codes of what keeps the order from going on by itself."""
        self.ensure_one()
        if not self.plug4market_order_uid:
            return []
        fulfilment = self.plug4market_order_type == "1"
        over = ("CANCELED",) if fulfilment else ("COMPLETED", "CANCELED")
        if self.state not in ("draft", "sent") or self.plug4market_status in over:
            return ["flow"] if self.plug4market_flow_error else []
        handled = self.plug4market_status in ("INVOICED", "SHIPPED")
        conditions = {
            "sku": any(self.order_line.mapped("plug4market_unmatched")),
            "total": self._plug4market_total_is_wrong(),
            "document": not self.partner_id.vat,
            "channel": not self.plug4market_channel_id,
            "fulfilment": fulfilment and not self._plug4market_ships_from_hub(),
            "handled": handled and not fulfilment,
            "flow": bool(self.plug4market_flow_error),
        }
        return [code for code, holds in conditions.items() if holds]

    @api.depends("plug4market_needs_attention")
    @api.depends_context("lang")
    def _compute_plug4market_attention(self):
        for order in self:
            sentences = [
                order._plug4market_sentence(code)
                for code in order._plug4market_reasons()
            ]
            order.plug4market_attention = "\n".join(sentences) or False

    def _plug4market_sentence(self, code):
        """What one reason means, and what to do about it."""
        if code == "sku":
            skus = self.order_line.filtered("plug4market_unmatched").mapped(
                lambda line: line.plug4market_sku or self.env._("(empty)")
            )
            return self.env._(
                "No product has the SKU %(skus)s. Write it as the internal reference "
                "of the product, or choose the product on the line.",
                skus=", ".join(skus),
            )
        if code == "total":
            return self.env._(
                "The marketplace says %(total)s, the lines say %(lines)s. Correct the "
                "lines, or accept the difference line.",
                total=self.currency_id.format(self.plug4market_total),
                lines=self.currency_id.format(
                    self.amount_total - self.plug4market_difference
                ),
            )
        if code == "document":
            return self.env._(
                "The buyer has no valid CPF or CNPJ (the marketplace sent "
                "“%(document)s”). Fill it in on the customer, or wait for the "
                "marketplace to send it.",
                document=self.plug4market_document or "",
            )
        if code == "flow":
            return self.plug4market_flow_error
        return {
            "handled": self.env._(
                "The order was invoiced or shipped before Odoo knew it. Confirm it "
                "yourself if Odoo should handle it, else cancel the quotation."
            ),
            "channel": self.env._(
                "The sales channel is unknown. Choose it on the order."
            ),
            "fulfilment": self.env._(
                "The marketplace ships this fulfilment order from its own warehouse. "
                "It stays a quotation, so that none of your stock is reserved, until "
                "the settings name the warehouse that stands for the marketplace's."
            ),
        }[code]

    def action_plug4market_match_products(self):
        """Look again for the products of lines whose SKU was unknown."""
        self.order_line._plug4market_match_products()
        self._plug4market_go_on()
        unknown = self.order_line.filtered("plug4market_unmatched")
        if not unknown:
            return None
        skus = ", ".join(unknown.mapped(lambda line: line.plug4market_sku or "-"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("No product has the SKU %s.", skus),
            },
        }

    # -- going on -------------------------------------------------------------

    @api.model
    def _plug4market_waiting_for(self, domain):
        """Imported orders in attention that ``domain`` may have put right."""
        return self.sudo().search(
            Domain("plug4market_order_uid", "!=", False)
            & Domain("state", "in", ["draft", "sent"])
            & Domain(domain)
        )

    def _plug4market_go_on(self):
        """Confirm what the settings ask for and nothing keeps waiting."""
        self.filtered("plug4market_flow_error").plug4market_flow_error = False
        self.filtered(
            lambda order: (
                order.plug4market_order_uid
                and order.state in ("draft", "sent")
                and order.company_id.plug4market_order_target == "sale_order"
                and order._plug4market_is_to_be_handled()
                and not order.plug4market_needs_attention
            )
        )._plug4market_safely("action_confirm")
        self._plug4market_ship_fulfilment()

    def _plug4market_is_to_be_handled(self):
        """Whether the sale is still ahead of the seller, or of the marketplace."""
        if self.plug4market_order_type == "1":
            return self.plug4market_status != "CANCELED"
        return self.plug4market_status == "APPROVED"

    def action_confirm(self):
        """Keep the marketplace's order date, and invoice if the settings ask for it.

        Whoever confirms an order that needs attention invoices it too.
        """
        ours = self.filtered("plug4market_order_uid")
        ours._plug4market_check_products()
        if ours and ours != self:
            super(SaleOrder, self - ours).action_confirm()
            return ours.action_confirm()
        to_invoice = ours.filtered(
            lambda order: (
                order.company_id.plug4market_auto_invoice
                and order.plug4market_status == "APPROVED"
                and not order.plug4market_needs_attention
            )
        )
        result = super().action_confirm()
        # The company decided that; who confirms need not be an accountant.
        to_invoice.sudo()._plug4market_safely("_plug4market_create_invoice")
        return result

    def _plug4market_check_products(self):
        """Nobody could ship what stands for an unknown SKU.

        :raise UserError: when a line still has the placeholder
        """
        for order in self:
            if any(order.order_line.mapped("plug4market_unmatched")):
                raise UserError(
                    self.env._(
                        "%(order)s cannot be confirmed yet. %(reason)s",
                        order=order.display_name,
                        reason=order._plug4market_sentence("sku"),
                    )
                )

    def _plug4market_safely(self, method):
        """Call ``method``; an order that cannot go on keeps why, and stays in Odoo."""
        _done, failed = fall_out(
            self.env, self, lambda orders: getattr(orders, method)()
        )
        for order, error in failed:
            order.plug4market_flow_error = self.env._(
                "Odoo could not go on with the order: %(reason)s",
                reason=self.env["plug4market.connection"]._explain(error),
            )

    def _plug4market_create_invoice(self):
        """Create and post the invoice of each order, one an order."""
        to_invoice = self.filtered(lambda order: not order.invoice_ids)
        if to_invoice:
            to_invoice._create_invoices(grouped=True, final=True).action_post()

    def write(self, vals):
        """A quotation of the hub holds stock back, in another way than a sale order.

        An order that a person puts right goes on by itself.
        """
        by_person = not self.env.context.get("plug4market_from_hub")
        waiting = self.browse()
        if by_person and PUTS_RIGHT & vals.keys():
            waiting = self.filtered("plug4market_needs_attention")
        result = super().write(vals)
        if "state" in vals:
            self._plug4market_mark_stock()
        put_right = waiting.filtered(lambda o: not o.plug4market_needs_attention)
        put_right.sudo()._plug4market_go_on()
        return result

    def _plug4market_mark_stock(self):
        """Let the hub's stock follow what these orders hold back of the seller's."""
        lines = self.filtered(
            lambda order: (
                order.plug4market_order_uid and order.plug4market_order_type != "1"
            )
        ).order_line
        self.env["plug4market.sku.change"]._mark(lines.product_id, "stock")

    def _prepare_confirmation_values(self):
        """Keep the marketplace's order date."""
        values = super()._prepare_confirmation_values()
        if all(self.mapped("plug4market_order_uid")):
            values.pop("date_order", None)
        return values
