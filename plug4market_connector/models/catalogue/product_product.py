from odoo import api, fields, models

from ..refusals import refuse_negative
from .plug4market_sku import SKU_STATES

PACKAGE = ("plug4market_width", "plug4market_height", "plug4market_length")

# What a variant tells the hub, by the lane a change travels on.
FOLLOWED = {
    "stock": {"active"},
    "price": {"lst_price"},
    "content": {
        "barcode",
        "default_code",
        "image_variant_1920",
        "plug4market_height",
        "plug4market_length",
        "plug4market_width",
        "weight",
    },
}


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "plug4market.followed.mixin"]

    _plug4market_followed = FOLLOWED

    plug4market_sku_ids = fields.One2many(
        "plug4market.sku",
        "product_id",
        groups="plug4market_connector.plug4market_connector_group_user",
    )
    plug4market_name = fields.Char(
        "Name on marketplaces",
        compute="_compute_plug4market_offer",
        inverse="_inverse_plug4market_name",
    )
    plug4market_price = fields.Float(
        "Price on marketplaces",
        compute="_compute_plug4market_offer",
        inverse="_inverse_plug4market_price",
        digits="Product Price",
    )
    plug4market_width = fields.Float("Width (cm)")
    plug4market_height = fields.Float("Height (cm)")
    plug4market_length = fields.Float("Length (cm)")
    plug4market_state = fields.Selection(
        SKU_STATES,
        "Plug4Market",
        compute="_compute_plug4market_state",
        search="_search_plug4market_state",
    )
    plug4market_error = fields.Text("Problem", compute="_compute_plug4market_state")
    plug4market_synced_at = fields.Datetime(
        "Sent on", compute="_compute_plug4market_state"
    )

    @api.constrains(*PACKAGE)
    def _check_plug4market_package(self):
        refuse_negative(self, *PACKAGE)

    # -- what the company offers ----------------------------------------------

    def _plug4market_sku_rows(self):
        """The current company's row of each product that has one."""
        rows = (
            self.env["plug4market.sku"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        )
        return {row.product_id.id: row for row in rows}

    @api.depends("name", "lst_price", "product_template_attribute_value_ids")
    @api.depends_context("company")
    def _compute_plug4market_offer(self):
        rows = self._plug4market_sku_rows()
        prices = self._plug4market_default_prices()
        names = self._plug4market_default_names()
        empty = self.env["plug4market.sku"]
        for product in self:
            row = rows.get(product._origin.id, empty)
            name = names.get(product._origin.id, product.name)
            price = prices.get(product._origin.id, product.lst_price)
            product.plug4market_name = row.name_override or name
            product.plug4market_price = max(row.price_override, 0) or price

    def _plug4market_default_names(self):
        """Each product's name where nobody typed another, as the store's people see it.

        The attributes of a variant are part of it.
        """
        named = self._origin.with_context(
            lang=self.env.company._plug4market_lang(), display_default_code=False
        )
        return {product.id: product.display_name for product in named}

    def _plug4market_default_prices(self):
        """Each product's price where nobody typed another: pricelist or list price."""
        company = self.env.company
        pricelist = company.plug4market_pricelist_id
        if pricelist:
            return pricelist._get_products_price(
                self._origin, 1.0, currency=company.currency_id
            )
        return {product.id: product.lst_price for product in self._origin}

    def _inverse_plug4market_name(self):
        defaults = self._plug4market_default_names()
        for product in self:
            typed = product.plug4market_name
            own = typed if typed != defaults[product.id] else False
            product._plug4market_override("name_override", own)

    def _inverse_plug4market_price(self):
        defaults = self._plug4market_default_prices()
        for product in self:
            typed = product.plug4market_price
            own = typed if typed != defaults[product.id] else False
            product._plug4market_override("price_override", own)

    def _plug4market_override(self, field, value):
        """Keep what the user typed, or follow the product again; sent next time."""
        row = self.env["plug4market.sku"]._ensure(self.env.company, self)
        row.write({field: value or False})
        if row.sent_sku:
            row._mark_pending()
            self.env["plug4market.sku.exporter"]._wake()

    @api.depends_context("company")
    def _compute_plug4market_state(self):
        rows = self._plug4market_sku_rows()
        empty = self.env["plug4market.sku"]
        for product in self:
            row = rows.get(product._origin.id, empty)
            product.plug4market_state = row.state or "not_sent"
            product.plug4market_error = row.error
            product.plug4market_synced_at = row.synced_at

    def _search_plug4market_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = (
            self.env["plug4market.sku"]
            .sudo()
            ._search(
                [("company_id", "=", self.env.company.id), ("state", "in", list(value))]
            )
        )
        sent = (
            self.env["plug4market.sku"]
            .sudo()
            ._search(
                [("company_id", "=", self.env.company.id), ("state", "!=", "not_sent")]
            )
        )
        domain = [("plug4market_sku_ids", "in", rows)]
        if "not_sent" in value:
            domain = ["|", *domain, ("plug4market_sku_ids", "not in", sent)]
        return domain

    # -- sending --------------------------------------------------------------

    def action_plug4market_sync(self):
        """Send these products to Plug4Market now; the queue sends the rest of many."""
        return self.env["plug4market.sku"]._click(self)

    def action_plug4market_preview(self):
        """Show what Send would tell Plug4Market of these products."""
        return self.env["plug4market.preview"]._open(self)

    # -- what follows a change ------------------------------------------------

    def _plug4market_followed_products(self):
        return self

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        products.filtered("default_code")._plug4market_match_orders()
        products._plug4market_mark_twins()
        return products

    def write(self, vals):
        if {"active", "default_code"} & vals.keys():
            self._plug4market_mark_twins()
        result = super().write(vals)
        if vals.get("default_code"):
            self._plug4market_match_orders()
            self._plug4market_mark_twins()
        return result

    def unlink(self):
        self._plug4market_mark_twins()
        return super().unlink()

    def _plug4market_match_orders(self):
        """Let orders go on that waited for a product with this SKU."""
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("plug4market_unmatched", "=", True),
                    ("plug4market_sku", "in", self.mapped("default_code")),
                    ("order_id.state", "in", ["draft", "sent"]),
                ]
            )
        )
        lines._plug4market_match_products()
        lines.order_id._plug4market_go_on()
