from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..hub import MERCADO_LIVRE
from ..refusals import refuse_negative, refuse_reversed

LISTING_TYPES = [("CLASSICO", "Clássico"), ("PREMIUM", "Premium")]

# What a person changes of an announcement, by the lane it travels on.
FOLLOWED = {
    "price": {"price", "sale_price", "sale_date_start", "sale_date_end"},
    "content": {"active", "seller_id", "listing_type"},
}


class Plug4marketAnnouncement(models.Model):
    """One SKU on one sales channel: if it is there, at what price, as what listing.

    A SKU without any announcement keeps the channels that were chosen in the hub's
    panel. One that is switched off stays here as long as the hub may have it.
    """

    _name = "plug4market.announcement"
    _inherit = ["plug4market.sealed.mixin"]
    _description = "Plug4Market Announcement"
    _rec_name = "channel_id"
    _order = "product_id, channel_id"

    sku_id = fields.Many2one(
        "plug4market.sku", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True
    )
    product_tmpl_id = fields.Many2one(
        related="product_id.product_tmpl_id", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env.company,
    )
    channel_id = fields.Many2one(
        "plug4market.sales.channel", "Sales channel", required=True, index=True
    )
    channel_number = fields.Integer(related="channel_id.hub_id")
    active = fields.Boolean("On", default=True)
    price = fields.Float(
        digits="Product Price",
        help="Only for this channel. Empty: the product's price on marketplaces.",
    )
    sale_price = fields.Float(
        "Promotional price",
        digits="Product Price",
        help="Needs a start and an end, and must be below the price.",
    )
    sale_date_start = fields.Datetime("Promotion starts")
    sale_date_end = fields.Datetime("Promotion ends")
    seller_id = fields.Char(
        "Seller id",
        help="The Mercado Livre account. Empty: the one of the settings.",
    )
    listing_type = fields.Selection(
        LISTING_TYPES,
        help="How Mercado Livre lists it. Empty: as the settings say.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("synced", "Published"),
            ("off", "Off"),
            ("error", "Problem"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
    )
    problem = fields.Text(readonly=True, copy=False)
    sent_offer = fields.Json(
        copy=False,
        readonly=True,
        help="What the hub has of this channel; empty: it is not on it.",
    )
    announcement_id = fields.Char("Listing in the hub", readonly=True, copy=False)
    sent_listing = fields.Json(
        copy=False, readonly=True, help="What the hub has of the listing."
    )
    refused_listing = fields.Json(
        copy=False,
        readonly=True,
        help="What was wanted of the listing when the hub refused it.",
    )
    refusal = fields.Text(copy=False, readonly=True, help="Why, in words.")

    _sku_channel_uniq = models.UniqueIndex(
        "(sku_id, channel_id)", "This SKU has an announcement on this channel already."
    )

    @api.constrains("price", "sale_price")
    def _check_prices(self):
        refuse_negative(self, "price", "sale_price")

    @api.constrains("sale_date_start", "sale_date_end")
    def _check_promotion(self):
        refuse_reversed(self, "sale_date_start", "sale_date_end")

    @api.constrains("sku_id", "product_id", "company_id")
    def _check_sku(self):
        """Keep a person from writing into the SKU of another product or company."""
        for row in self:
            sku = row.sku_id.sudo()
            if (sku.product_id, sku.company_id) != (row.product_id, row.company_id):
                raise ValidationError(
                    self.env._(
                        "An announcement stays with its product and company. Make one "
                        "on the other product instead."
                    )
                )

    @api.depends("channel_id", "product_id")
    def _compute_display_name(self):
        for row in self:
            product, channel = row.product_id, row.channel_id
            row.display_name = f"{product.display_name} / {channel.display_name}"

    # -- CRUD -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Find the SKU of each product in its company; made where it is missing."""
        self._fill_in_skus(vals_list)
        rows = super().create(vals_list)
        rows._follow("content")
        return rows

    @api.model
    def _fill_in_skus(self, vals_list):
        Sku = self.env["plug4market.sku"]
        wanted = {}
        for vals in vals_list:
            if vals.get("sku_id"):
                row = Sku.browse(vals["sku_id"])
                vals["product_id"], vals["company_id"] = (
                    row.product_id.id,
                    row.company_id.id,
                )
            elif vals.get("product_id"):
                company_id = vals.setdefault("company_id", self.env.company.id)
                wanted.setdefault(company_id, set()).add(vals["product_id"])
        skus = {
            (company_id, row.product_id.id): row.id
            for company_id, products in wanted.items()
            for row in Sku._ensure(
                self.env["res.company"].browse(company_id),
                self.env["product.product"].browse(products),
            )
        }
        for vals in vals_list:
            if not vals.get("sku_id"):
                place = vals.get("company_id"), vals.get("product_id")
                vals["sku_id"] = skus.get(place)

    def write(self, vals):
        result = super().write(vals)
        for lane, names in FOLLOWED.items():
            if names & vals.keys():
                self._follow(lane)
        return result

    def _follow(self, lane):
        """Let the hub follow what a person changed here."""
        rows = self.sudo()
        leaving = rows.filtered(lambda row: not row.active and not row.sent_offer)
        leaving.write({"state": "off", "problem": False})
        (rows - leaving).write({"state": "waiting", "problem": False})
        self.env["plug4market.sku.change"]._mark(self.product_id, lane)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_the_hub(self):
        """Without its row the hub would keep the channel: it is switched off first."""
        if any(row.sent_offer or row.sent_listing for row in self):
            raise UserError(
                self.env._(
                    "Plug4Market still has these announcements. Switch them off; once "
                    "their state is Off they can be deleted."
                )
            )

    # -- words of Mercado Livre -----------------------------------------------

    def _account(self):
        """Seller id and listing type of a Mercado Livre row; empty texts if none."""
        self.ensure_one()
        company = self.company_id
        seller = self.seller_id or company.plug4market_seller_id
        kind = self.listing_type or company.plug4market_listing_type
        if self.channel_id.hub_id != MERCADO_LIVRE or not (seller and kind):
            return "", ""
        return seller, kind
