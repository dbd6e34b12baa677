from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...hub import IMPORTED_STATUSES, INVOICED_STATUSES, ORDER_STATUSES
from ...messages import explain, notification
from ...transaction import fall_out
from .doubt_messages import explain_doubts
from .order_lookup import OrderLookup

# What a person changes on an order that waits, to put it right.
PUTS_RIGHT = {
    *("order_line", "partner_id", "warehouse_id"),
    *("plug4market_channel_id", "plug4market_difference_accepted"),
    "plug4market_doubts_checked",
}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "plug4market.marketplace.mixin"]

    plug4market_order_uid = fields.Char(
        "Order ID in the hub", copy=False, readonly=True, index="btree_not_null"
    )
    plug4market_order_uid_raw = fields.Char(copy=False, readonly=True)
    plug4market_status = fields.Selection(
        ORDER_STATUSES,
        "Marketplace status",
        copy=False,
        readonly=True,
        tracking=True,
        group_expand="_plug4market_columns",
    )
    plug4market_hub_status = fields.Char(
        "Status in the hub", copy=False, readonly=True, help="As the hub spells it."
    )
    plug4market_channel_id = fields.Many2one(
        "plug4market.sales.channel", "Sales channel", copy=False, tracking=True
    )
    plug4market_channel_document = fields.Char(
        "CNPJ of the marketplace",
        copy=False,
        readonly=True,
        help="As the order itself names it.",
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

    plug4market_flow_error = fields.Text(copy=False, readonly=True)
    plug4market_needs_attention = fields.Boolean(
        "Needs attention", compute="_compute_plug4market_needs_attention", store=True
    )
    plug4market_attention = fields.Text(
        "What to do", compute="_compute_plug4market_attention"
    )

    _plug4market_order_uid_uniq = models.UniqueIndex(
        "(company_id, plug4market_order_uid) WHERE plug4market_order_uid IS NOT NULL",
        "This marketplace order is in Odoo already.",
    )

    @api.model
    def _plug4market_columns(self, values, domain):
        """The columns of the board: a sale's way, and whatever else is there."""
        return [
            status
            for status, _label in self._fields["plug4market_status"].selection
            if status in values or status in IMPORTED_STATUSES
        ]

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

    def _plug4market_confirm_call(self, event):
        return "confirm_order", {"store_number": self.name}

    # -- attention ------------------------------------------------------------

    @api.depends(
        "order_line.plug4market_unmatched",
        "plug4market_difference",
        "plug4market_difference_accepted",
        "plug4market_order_uid",
        "plug4market_order_type",
        "plug4market_flow_error",
        "plug4market_doubts",
        "plug4market_doubts_checked",
        "plug4market_changes",
        "plug4market_channel_id",
        "plug4market_status",
        "plug4market_total",
        "amount_total",
        "partner_id.vat",
        "partner_shipping_id.country_id",
        "partner_shipping_id.state_id",
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
        over = self.plug4market_status == "CANCELED"
        if self.state not in ("draft", "sent") or over:
            return self._plug4market_late_reasons()
        handled = self.plug4market_status in INVOICED_STATUSES
        conditions = {
            "sku": any(self.order_line.mapped("plug4market_unmatched")),
            "doubt": bool(self._plug4market_open_doubts()),
            "total": self._plug4market_is_total_wrong(),
            "document": not self.partner_id.vat,
            "channel": not self.plug4market_channel_id,
            "fulfilment": fulfilment and not self._plug4market_ships_from_hub(),
            "handled": handled and not fulfilment,
            "flow": bool(self.plug4market_flow_error),
        }
        return [code for code, holds in conditions.items() if holds]

    def _plug4market_late_reasons(self):
        """Codes of what still asks a person once the order is confirmed, or over."""
        conditions = {
            "flow": bool(self.plug4market_flow_error),
            "changed": bool(self.plug4market_changes) and self.state == "sale",
            "doubt": bool(self._plug4market_open_doubts()),
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
            return self._plug4market_explain_unmatched()
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
        if code == "changed":
            return self.env._(
                "The marketplace changed the order after it was taken up here:\n%s",
                self.plug4market_changes_text,
            )
        if code == "doubt":
            return explain_doubts(self.env, self._plug4market_open_doubts())
        return {
            "handled": self.env._(
                "The order was invoiced, shipped or delivered before Odoo knew it. "
                "Confirm it yourself if Odoo should handle it, else cancel the "
                "quotation."
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

    def _plug4market_explain_unmatched(self):
        """Which product each unmatched line's SKU lacks, or cannot be told from."""
        skus = self.order_line.filtered("plug4market_unmatched").mapped(
            "plug4market_sku"
        )
        lookup = OrderLookup(self.env, self.company_id)
        claimants = lookup.read_claimants(skus)
        unknown = [sku or self.env._("(empty)") for sku in skus if sku not in claimants]
        sentences = [
            self.env._(
                "What was sold as %(sku)s may be %(products)s. Choose the product on "
                "the line, or give each product an SKU of its own.",
                sku=sku,
                products=", ".join(products.mapped("display_name")),
            )
            for sku, products in sorted(claimants.items())
        ]
        if unknown:
            sentence = self.env._(
                "No product has the SKU %(skus)s. Write it as the internal reference "
                "of the product, or choose the product on the line.",
                skus=", ".join(unknown),
            )
            sentences.insert(0, sentence)
        return "\n".join(sentences)

    def action_plug4market_match_products(self):
        """Look again for the products of lines whose SKU was unknown."""
        self.order_line._plug4market_match_products()
        self._plug4market_go_on()
        waiting = self.order_line.filtered("plug4market_unmatched").order_id
        if not waiting:
            return None
        said = waiting.mapped(lambda order: order._plug4market_explain_unmatched())
        return notification("\n".join(said), kind="warning", next=None)

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
        ours.with_context(plug4market_from_hub=True)._plug4market_settle_doubts()
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
                reason=explain(self.env, error),
            )

    def _plug4market_create_invoice(self):
        """Create and post the invoice of each order, one an order."""
        to_invoice = self.filtered(lambda order: not order.invoice_ids)
        if to_invoice:
            to_invoice._create_invoices(grouped=True, final=True).action_post()

    def write(self, vals):
        """Let follow what hangs on these values.

        A quotation of the hub holds stock back, in another way than a sale order. An
        order that a person puts right goes on by itself.
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
        if "plug4market_status" in vals:
            self._plug4market_status_changed(vals["plug4market_status"])
            return result
        if "state" in vals:
            self.filtered("plug4market_dispatch_asked")._plug4market_stop_clock()
        if "partner_id" in vals:
            self._plug4market_report()
        return result

    def _plug4market_status_changed(self, status):
        """What a new status on the marketplace sets going, in this order.

        The dispatch clock stops, the hub is told what it waits for now and Odoo knows
        already, and the shipping label is fetched or drawn back. A note that was
        cancelled while it went asks its person, and asks no more at the end.
        """
        self.filtered("plug4market_dispatch_asked")._plug4market_stop_clock()
        self._plug4market_mark_stock()
        self._plug4market_report()
        if status == "INVOICED":
            self._plug4market_ask_for_labels()
            self._plug4market_look_for_cancelled_nfe()
        elif status == "CANCELED":
            self.sudo().plug4market_label_ids._void()
            self.sudo().invoice_ids._plug4market_nfe_is_right()

    def _plug4market_mark_stock(self):
        """Let the hub's stock follow what these orders hold back of the seller's."""
        lines = self.filtered(
            lambda order: (
                order.plug4market_order_uid and order.plug4market_order_type != "1"
            )
        ).order_line
        products = lines.product_id._plug4market_with_parts()
        self.env["plug4market.sku.change"]._mark(products, "stock")

    def _prepare_confirmation_values(self):
        """Keep the marketplace's order date."""
        values = super()._prepare_confirmation_values()
        if all(self.mapped("plug4market_order_uid")):
            values.pop("date_order", None)
        return values

    # -- the buyer ------------------------------------------------------------

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
            self._plug4market_follow_place()

    def _plug4market_follow_place(self):
        """Let taxes be those of where the order goes now; the total stays as sold."""
        for company, orders in self.grouped("company_id").items():
            lookup = OrderLookup(self.env, company)
            orders._compute_fiscal_position_id()
            for order in orders.filtered(lambda order: not order.invoice_ids):
                total = order.amount_total
                lines = order.order_line.filtered("product_id")
                for line in lines - lines._plug4market_fiscal():
                    line.tax_ids = lookup.taxes(
                        line.product_id, order.fiscal_position_id
                    )
                order.show_update_fpos = False
                order._plug4market_fit_prices(total)

    @api.model
    def _plug4market_buyer_corrected(self, partners):
        """Look again at NF-es that were for another document than the buyer's."""
        self.sudo().search(
            [
                ("partner_id", "child_of", partners.ids),
                ("plug4market_status", "=", "APPROVED"),
                ("company_id.plug4market_auto_send_invoice", "=", True),
            ]
        )._plug4market_report()
