from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.barcode import get_barcode_check_digit

from ..hub import DESCRIPTION_LENGTH, NAME_LENGTH
from .product_template_sheet import NCM_DIGITS

EAN_LENGTHS = (8, 12, 13, 14)


class ProductProduct(models.Model):
    """What is missing or looks wrong, said before anything is sent."""

    _inherit = "product.product"

    plug4market_missing = fields.Text(
        "Missing data",
        compute="_compute_plug4market_checks",
        search="_search_plug4market_missing",
        help="What has to be filled in before the product can be sent.",
    )
    plug4market_warnings = fields.Text(
        "Warnings", compute="_compute_plug4market_checks"
    )

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
        yield self._plug4market_explain_twins()
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
        yield self._plug4market_promotion(row)[1]

    def _plug4market_find_long_texts(self, body):
        """Texts longer than the hub is known to take ("API notes" 13 #43)."""
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
