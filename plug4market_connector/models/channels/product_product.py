from odoo import api, fields, models

USER = "plug4market_connector.plug4market_connector_group_user"


class ProductProduct(models.Model):
    """The sales channels of a product in the current company.

    The announcements are the truth: choosing channels makes, switches on and switches
    off announcements.
    """

    _inherit = "product.product"

    plug4market_announcement_ids = fields.One2many(
        "plug4market.announcement",
        "product_id",
        context={"active_test": False},
        groups=USER,
    )
    plug4market_channel_ids = fields.Many2many(
        "plug4market.sales.channel",
        string="Sales channels",
        compute="_compute_plug4market_channel_ids",
        inverse="_inverse_plug4market_channel_ids",
        search="_search_plug4market_channel_ids",
        groups=USER,
    )

    @api.depends("plug4market_announcement_ids.active")
    @api.depends_context("company")
    def _compute_plug4market_channel_ids(self):
        channels = self._origin._plug4market_channels()
        for product in self:
            product.plug4market_channel_ids = channels.get(product._origin)

    def _plug4market_channels(self):
        """The channels each product is on, where it is on any."""
        return dict(
            self.env["plug4market.announcement"]._read_group(
                [
                    ("product_id", "in", self.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                ["product_id"],
                ["channel_id:recordset"],
            )
        )

    def _inverse_plug4market_channel_ids(self):
        self._plug4market_choose_channels(
            {product: product.plug4market_channel_ids for product in self}
        )

    def _plug4market_choose_channels(self, chosen):
        """Put each product on its ``chosen`` channels, and off all others."""
        Announcement = self.env["plug4market.announcement"]
        company = self.env.company
        rows = self.env["plug4market.sku"]._ensure(company, self)
        known = Announcement.browse(rows._announcements().ids)
        known = known.with_context(active_test=False)
        wanted = known.filtered(lambda row: row.channel_id in chosen[row.product_id])
        wanted.filtered(lambda row: not row.active).active = True
        (known - wanted).filtered("active").active = False
        places = {(row.product_id, row.channel_id) for row in known}
        Announcement.create(
            [
                {
                    "product_id": product.id,
                    "channel_id": channel.id,
                    "company_id": company.id,
                }
                for product in self
                for channel in chosen[product]
                if (product, channel) not in places
            ]
        )

    def _search_plug4market_channel_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        announcements = self.env["plug4market.announcement"]._search(
            [
                ("company_id", "=", self.env.company.id),
                ("channel_id", "in", list(value)),
            ]
        )
        return [("plug4market_announcement_ids", "in", announcements)]
