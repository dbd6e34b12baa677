from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...hub import is_object_id

USER = "plug4market_connector.plug4market_connector_group_user"


class ProductCategory(models.Model):
    """Product categories are the store's custom tree on the hub.

    See docs/hub-api.md 6.2.
    """

    _inherit = "product.category"

    plug4market_category_uid = fields.Char(
        "Plug4Market category",
        help="The id of one of Plug4Market's own categories: 24 hexadecimal digits. "
        "Empty: the one of the nearest parent that has one.",
    )
    plug4market_mapping_ids = fields.One2many(
        "plug4market.category.mapping",
        "category_id",
        string="Categories on sales channels",
        groups=USER,
    )
    plug4market_category_ids = fields.One2many(
        "plug4market.category", "category_id", groups=USER
    )

    @api.constrains("plug4market_category_uid")
    def _check_plug4market_category_uid(self):
        for category in self:
            uid = category.plug4market_category_uid
            if uid and not is_object_id(uid):
                raise ValidationError(
                    self.env._(
                        "%(uid)s is no category of Plug4Market: its ids have 24 "
                        "digits, 0 to 9 and a to f. Copy the id from the panel.",
                        uid=uid,
                    )
                )

    def write(self, vals):
        """Let the hub follow; say what it cannot follow."""
        result = super().write(vals)
        if {"name", "parent_id"} & vals.keys():
            self._plug4market_changed()
        if {"plug4market_category_uid", "parent_id"} & vals.keys():
            products = self.env["product.product"].search(
                [("categ_id", "child_of", self.ids)]
            )
            self.env["plug4market.sku.change"]._mark(products, "content")
        return result

    def _plug4market_changed(self):
        """The name, the parent or the mapping of these categories changed."""
        self.sudo().plug4market_category_ids._mark_pending()

    # -- what the hub is told -------------------------------------------------

    def _plug4market_prepare_body_values(self, company):
        """What a product of this category tells the hub of it; self may be empty."""
        on_hub = self.sudo().plug4market_category_ids.filtered(
            lambda row: row.company_id == company and row.synced_at
        )
        return {
            "category_id": self._plug4market_hub_category(),
            "custom_category": on_hub._code() if on_hub else "",
        }

    def _plug4market_hub_category(self):
        """The hub's own category of this one or of its nearest parent that has one."""
        category = self
        while category and not category.plug4market_category_uid:
            category = category.parent_id
        return category.plug4market_category_uid or ""
