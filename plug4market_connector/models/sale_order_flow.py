from odoo import api, fields, models
from odoo.fields import Command, Domain

from ..transaction import fall_out

# The rounding of prices that include taxes may move each line by a cent.
CENT = 0.01


class SaleOrder(models.Model):
    """What happens by itself to an imported order, and what keeps it waiting."""

    _inherit = "sale.order"

    plug4market_difference = fields.Monetary(
        compute="_compute_plug4market_difference", store=True
    )
    plug4market_difference_accepted = fields.Boolean(copy=False, readonly=True)
    plug4market_flow_error = fields.Text(copy=False, readonly=True)
    plug4market_needs_attention = fields.Boolean(
        "Needs attention", compute="_compute_plug4market_needs_attention", store=True
    )
    plug4market_attention = fields.Text(
        "What to do", compute="_compute_plug4market_attention"
    )

    # -- attention ------------------------------------------------------------

    @api.depends("order_line.product_id", "order_line.price_total")
    def _compute_plug4market_difference(self):
        product = self.env.ref(
            "plug4market_connector.product_difference", raise_if_not_found=False
        )
        for order in self:
            lines = order.order_line.filtered(
                lambda line: product and line.product_id == product
            )
            order.plug4market_difference = sum(lines.mapped("price_total"))

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
        if self.state not in ("draft", "sent") or self.plug4market_status in (
            "COMPLETED",
            "CANCELED",
        ):
            return ["flow"] if self.plug4market_flow_error else []
        tolerated = CENT * len(self.order_line) + CENT / 2
        wrong_by = abs(self.amount_total - self.plug4market_total)
        conditions = {
            "sku": any(self.order_line.mapped("plug4market_unmatched")),
            "total": wrong_by > tolerated
            or abs(self.plug4market_difference) > tolerated
            and not self.plug4market_difference_accepted,
            "document": not self.partner_id.vat,
            "channel": not self.plug4market_channel_id,
            "fulfilment": self.plug4market_order_type == "1",
            "handled": self.plug4market_status in ("INVOICED", "SHIPPED"),
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
                "It stays a quotation, so that no stock is reserved twice."
            ),
        }[code]

    def action_plug4market_accept_difference(self):
        """Take the difference line as it is, and let the order go on."""
        self.ensure_one()
        self.plug4market_difference_accepted = True
        self._plug4market_go_on()

    def action_plug4market_match_products(self):
        """Look again for the products of lines whose SKU was unknown."""
        self.order_line._plug4market_match_products()
        self._plug4market_go_on()

    def _plug4market_add_difference(self):
        """Make the total the marketplace's, with a line that shows by how much."""
        self.ensure_one()
        difference = self.plug4market_total - self.amount_total
        if self.currency_id.is_zero(difference):
            return
        product = self.env.ref("plug4market_connector.product_difference")
        importer = self.env["plug4market.order.import"]
        line = importer._prepare_extra_values(product, difference)
        self.order_line = [Command.create(line)]
        if "total" in self._plug4market_reasons():
            self._plug4market_ask(
                self.env._("Check the total"), self._plug4market_sentence("total")
            )

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
        """Confirm and invoice what the settings ask for and nothing keeps waiting."""
        self.filtered("plug4market_flow_error").plug4market_flow_error = False
        ready = self.filtered(
            lambda order: (
                order.plug4market_order_uid
                and order.state in ("draft", "sent")
                and order.company_id.plug4market_order_target == "sale_order"
                and order.plug4market_status == "APPROVED"
                and not order.plug4market_needs_attention
            )
        )
        if ready:
            ready._plug4market_safely("action_confirm")
        ready.filtered(
            lambda order: (
                order.state == "sale" and order.company_id.plug4market_auto_invoice
            )
        )._plug4market_safely("_plug4market_create_invoice")

    def _plug4market_safely(self, method):
        """Call ``method``; an order that cannot go on keeps why, and stays in Odoo."""
        _done, failed = fall_out(
            self.env.cr, self, lambda orders: getattr(orders, method)()
        )
        for order, error in failed:
            order.plug4market_flow_error = self.env._(
                "Odoo could not go on with the order: %(reason)s",
                reason=self.env["plug4market.connection"]._explain(error),
            )

    def _plug4market_create_invoice(self):
        """Create and post the invoice of each order."""
        for order in self.filtered(lambda order: not order.invoice_ids):
            order._create_invoices(final=True).action_post()

    def write(self, vals):
        """A quotation of the hub holds stock back, in another way than a sale order."""
        result = super().write(vals)
        if "state" in vals:
            self._plug4market_mark_stock()
        return result

    def _plug4market_mark_stock(self):
        lines = self.filtered("plug4market_order_uid").order_line
        self.env["plug4market.sku.change"]._mark(lines.product_id, "stock")

    def _prepare_confirmation_values(self):
        """Keep the marketplace's order date."""
        values = super()._prepare_confirmation_values()
        if all(self.mapped("plug4market_order_uid")):
            values.pop("date_order", None)
        return values
