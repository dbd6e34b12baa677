from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime
from odoo.tools.barcode import get_barcode_check_digit

from ...hub import DESCRIPTION_LENGTH, NAME_LENGTH
from ...refusals import refuse_negative, refuse_reversed
from .plug4market_sku import SKU_STATES
from .product_template import NCM_DIGITS

PACKAGE = ("plug4market_width", "plug4market_height", "plug4market_length")

# What a variant tells the hub, by the lane a change travels on.
FOLLOWED = {
    "stock": {"active"},
    "price": {"lst_price", "standard_price"},
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

EAN_LENGTHS = (8, 12, 13, 14)


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

    plug4market_promo_price = fields.Float(
        "Promotional price",
        compute="_compute_plug4market_promotion",
        inverse="_inverse_plug4market_promo_price",
        digits="Product Price",
    )
    plug4market_promo_start = fields.Datetime(
        "Promotion from",
        compute="_compute_plug4market_promotion",
        inverse="_inverse_plug4market_promo_start",
    )
    plug4market_promo_end = fields.Datetime(
        "Promotion until",
        compute="_compute_plug4market_promotion",
        inverse="_inverse_plug4market_promo_end",
    )

    plug4market_twin_ids = fields.Many2many(
        "product.product",
        string="Products with the same SKU",
        compute="_compute_plug4market_twins",
        compute_sudo=True,
    )

    plug4market_missing = fields.Text(
        "Missing data",
        compute="_compute_plug4market_checks",
        search="_search_plug4market_missing",
        help="What has to be filled in before the product can be sent.",
    )
    plug4market_warnings = fields.Text(
        "Warnings", compute="_compute_plug4market_checks"
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
            lang=self.env.company._plug4market_hub_lang(), display_default_code=False
        )
        return {product.id: product.display_name for product in named}

    def _plug4market_default_prices(self):
        """Each product's price where nobody typed another: pricelist or list price."""
        products = self._origin
        pricelist = self.env.company.plug4market_pricelist_id
        if pricelist:
            # In its own currency: Odoo takes a fixed price for one in any currency.
            prices = pricelist._get_products_price(products, 1.0)
            return pricelist.currency_id._plug4market_to_store(prices)
        prices = {}
        for currency, kept in products.grouped("currency_id").items():
            listed = {product.id: product.lst_price for product in kept}
            prices |= currency._plug4market_to_store(listed)
        return prices

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
        products._plug4market_claims_changed(products._plug4market_claims())
        return products

    def write(self, vals):
        if not {"active", "default_code"} & vals.keys():
            return super().write(vals)
        before = self._plug4market_claims()
        result = super().write(vals)
        self._plug4market_claims_changed(before | self._plug4market_claims())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_marketplaces(self):
        """Variants that an attribute no longer makes are archived by this.

        Odoo does that with those that were sold.
        """
        self._plug4market_refuse_unlink()

    def _plug4market_refuse_unlink(self):
        """Nothing would be left that could take it off sale.

        :raise UserError: when a store still sells one of these
        """
        rows = self.env["plug4market.sku"].sudo()
        rows = rows.search(
            [
                ("product_id", "in", self.ids),
                ("sent_sku", "!=", False),
                # Who has taken its tokens out sells there no more.
                ("company_id.plug4market_connection_ids.state", "!=", "disconnected"),
            ]
        )
        on_sale = rows.filtered(lambda row: not row._is_off_sale())
        if on_sale:
            raise UserError(
                self.env._(
                    "%(product)s is still on sale on marketplaces, as %(sku)s of "
                    "%(company)s. Archive it: that takes it off sale there. It can be "
                    "deleted once it says Up to date.",
                    company=on_sale[0].company_id.name,
                    product=on_sale[0].product_id.display_name,
                    sku=on_sale[0].sent_sku,
                )
            )

    def unlink(self):
        claimed = self._plug4market_claims()
        result = super().unlink()
        self._plug4market_claims_changed(claimed)
        return result

    # -- the promotion --------------------------------------------------------
    # The promotional price of a product, which ends by itself.

    @api.depends_context("company")
    def _compute_plug4market_promotion(self):
        rows = self._plug4market_sku_rows()
        empty = self.env["plug4market.sku"]
        for product in self:
            row = rows.get(product._origin.id, empty)
            product.plug4market_promo_price = row.promo_price
            product.plug4market_promo_start = row.promo_start
            product.plug4market_promo_end = row.promo_end

    def _inverse_plug4market_promo_price(self):
        for product in self:
            product._plug4market_override(
                "promo_price", product.plug4market_promo_price
            )

    def _inverse_plug4market_promo_start(self):
        for product in self:
            product._plug4market_override(
                "promo_start", product.plug4market_promo_start
            )

    def _inverse_plug4market_promo_end(self):
        for product in self:
            product._plug4market_override("promo_end", product.plug4market_promo_end)

    @api.constrains("plug4market_promo_start", "plug4market_promo_end")
    def _check_plug4market_promotion(self):
        """Once both dates are written: each is, for a moment, beside the old other."""
        rows = self._plug4market_sku_rows().values()
        refuse_reversed(rows, "promo_start", "promo_end")

    def _plug4market_promotion(self, row):
        """The promotion's fields of a ``ProductBody``, and why there are none."""
        price, start, end = row.promo_price, row.promo_start, row.promo_end
        if not (price or start or end):
            return {}, ""
        problem = self._plug4market_explain_promotion(price, start, end)
        if problem:
            return {}, problem
        return {"sale_price": price, "sale_date_start": start, "sale_date_end": end}, ""

    def _plug4market_explain_promotion(self, price, start, end):
        """Why a promotion is not sent; empty when it is."""
        if price <= 0:
            return self.env._("The promotion is not sent: it has no price.")
        if not (start and end):
            return self.env._(
                "The promotion is not sent: fill in when it starts and when it ends."
            )
        if end <= start:
            return self.env._("The promotion is not sent: it ends before it starts.")
        if end < fields.Datetime.now():
            return self.env._(
                "The promotion is not sent: it ended on %s.",
                format_datetime(self.env, end),
            )
        if price >= self.plug4market_price:
            return self.env._(
                "The promotion is not sent: its price must be below the price on "
                "marketplaces."
            )
        return ""

    # -- products that claim one SKU ------------------------------------------
    # Products that claim one SKU: the hub could not tell them apart.

    @api.depends("default_code")
    @api.depends_context("company")
    def _compute_plug4market_twins(self):
        sellers = self._plug4market_sellers(self.mapped("default_code"))
        by_sku = sellers.grouped("default_code")
        for product in self:
            others = by_sku.get(product.default_code, self.browse())
            product.plug4market_twin_ids = others - product._origin

    def _plug4market_sellers(self, skus):
        """What the current company has on sale on the hub under one of ``skus``."""
        return self.sudo().search(
            [
                ("default_code", "in", [sku for sku in skus if sku]),
                ("active", "=", True),
                ("plug4market_enabled", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )

    def _plug4market_explain_twins(self, twins):
        """Why a product cannot be sent whose SKU ``twins`` have; empty for none."""
        return twins and self.env._(
            "%(others)s has the same SKU %(sku)s. This product is not sent until each "
            "product on sale has an SKU of its own.",
            others=", ".join(twins.mapped("display_name")),
            sku=self.default_code,
        )

    def _plug4market_claims(self):
        """The SKUs that these products have."""
        return {sku for sku in self.sudo().mapped("default_code") if sku}

    @api.model
    def _plug4market_claims_changed(self, skus):
        """Look again at who is sold under these SKUs: twins, and what waits."""
        if not skus:
            return
        twins = self.sudo().with_context(active_test=False)
        twins = twins.search([("default_code", "in", list(skus))])
        self.env["plug4market.sku.change"]._mark(twins, "content")
        self._plug4market_match_orders(skus)

    # -- what looks wrong -----------------------------------------------------
    # What is missing or looks wrong, said before anything is sent.

    @api.depends(
        "barcode",
        "default_code",
        "name",
        "plug4market_height",
        "plug4market_length",
        "plug4market_name",
        "plug4market_price",
        "plug4market_promo_end",
        "plug4market_promo_price",
        "plug4market_promo_start",
        "plug4market_width",
        "product_tmpl_id.description_sale",
        "product_tmpl_id.plug4market_description",
        "product_tmpl_id.plug4market_metafield_ids.key",
        "product_tmpl_id.plug4market_ncm",
        "weight",
    )
    @api.depends_context("company", "lang")
    def _compute_plug4market_checks(self):
        rows = self._plug4market_sku_rows()
        empty = self.env["plug4market.sku"]
        for product in self:
            row = rows.get(product._origin.id, empty)
            body = product._plug4market_in_store_lang()._plug4market_prepare_body(
                row, 0
            )
            missing = body.missing_fields()
            product.plug4market_missing = product._plug4market_name_missing(missing)
            warnings = product._plug4market_find_warnings(row, body)
            product.plug4market_warnings = "\n".join(filter(None, warnings))

    def _plug4market_find_warnings(self, row, body):
        """Sentences about what marketplaces may refuse; falsy ones say nothing."""
        yield self._plug4market_explain_twins(self.plug4market_twin_ids)
        if body.sku != body.sku.strip():
            yield self.env._("The SKU begins or ends with a space.")
        yield from self._plug4market_find_long_texts(body)
        if body.ean and not _is_ean(body.ean):
            yield self.env._(
                "%s is no EAN: its digits or its check digit are wrong.", body.ean
            )
        if body.ncm and len([c for c in body.ncm if c.isdigit()]) != NCM_DIGITS:
            yield self.env._("The NCM %s has not 8 digits.", body.ncm)
        repeated = self._plug4market_repeated()
        if repeated:
            yield self.env._(
                "Two values for %s: only the first is sent. Correct the attributes or "
                "the technical sheet.",
                ", ".join(repeated),
            )
        yield row._explain_hub_group()
        yield self._plug4market_promotion(row)[1]

    def _plug4market_find_long_texts(self, body):
        """Texts longer than the hub is known to take (docs/hub-api.md 13 #43)."""
        if len(body.name) > NAME_LENGTH:
            yield self.env._(
                "The name has %(count)s characters; marketplaces may cut or refuse "
                "what is longer than %(limit)s.",
                count=len(body.name),
                limit=NAME_LENGTH,
            )
        if len(body.description) > DESCRIPTION_LENGTH:
            yield self.env._(
                "The description has %(count)s characters; marketplaces may cut or "
                "refuse what is longer than %(limit)s.",
                count=len(body.description),
                limit=DESCRIPTION_LENGTH,
            )

    def _search_plug4market_missing(self, operator, value):
        if operator != "in" or set(value) - {False, ""}:
            return NotImplemented
        return Domain("id", "not in", self._plug4market_select_missing())

    def _plug4market_select_missing(self):
        """The ids of products that lack what the hub requires, as a subselect.

        A pricelist is asked once, for the products that have no price of their own.
        """
        self.env["plug4market.sku"].flush_model(["price_override"])
        self.env["product.template"].flush_model(["list_price"])
        self.env["product.template.attribute.value"].flush_model(["price_extra"])
        self.flush_model(
            [
                *("default_code", "weight", "product_template_attribute_value_ids"),
                *("plug4market_width", "plug4market_height", "plug4market_length"),
            ]
        )
        return SQL(
            """(
            SELECT product.id
              FROM product_product product
             WHERE trim(coalesce(product.default_code, '')) = ''
                OR coalesce(product.plug4market_width, 0) <= 0
                OR coalesce(product.plug4market_height, 0) <= 0
                OR coalesce(product.plug4market_length, 0) <= 0
                OR coalesce(product.weight, 0) <= 0
                OR product.id IN %(free)s)""",
            free=self._plug4market_free_of_charge(),
        )

    def _plug4market_free_of_charge(self):
        """The ids of products without a price, as a subselect or a tuple."""
        select = SQL(
            """(
            SELECT product.id
              FROM product_product product
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE NOT EXISTS (
                   SELECT FROM plug4market_sku sku
                    WHERE sku.product_id = product.id
                      AND sku.company_id = %s
                      AND sku.price_override > 0)
               AND coalesce(template.list_price, 0) + coalesce((
                   SELECT sum(value.price_extra)
                     FROM product_variant_combination combination
                     JOIN product_template_attribute_value value
                       ON value.id = combination.product_template_attribute_value_id
                    WHERE combination.product_product_id = product.id), 0) <= 0)""",
            self.env.company.id,
        )
        if not self.env.company.plug4market_pricelist_id:
            return select
        products = self.with_context(active_test=False).search(
            [("id", "in", select), ("sale_ok", "=", True)]
        )
        prices = products._plug4market_default_prices()
        return tuple(p.id for p in products if prices[p.id] <= 0) or (0,)


def _is_ean(code):
    """Whether ``code`` is a GTIN with a right check digit."""
    return (
        code.isdecimal()
        and len(code) in EAN_LENGTHS
        and get_barcode_check_digit(code) == int(code[-1])
    )
