from odoo import api, fields, models

# Settings that change what the hub is told of every product, by lane.
FOLLOWED = {
    "stock": {
        "plug4market_fulfilment_warehouse_id",
        "plug4market_stock_buffer",
        "plug4market_warehouse_ids",
    },
    "price": {"plug4market_pricelist_id"},
    "content": {
        *("plug4market_catalogue_lang", "plug4market_listing_type"),
        "plug4market_seller_id",
    },
}

ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_refused_product"
# Products that an activity names; the list shows all of them.
NAMED = 5


class ResCompany(models.Model):
    """What a store tells the hub of all its products, and what is refused of them."""

    _inherit = "res.company"

    plug4market_catalogue_lang = fields.Selection(
        "_plug4market_langs",
        "Language of the catalogue",
        help="Names and descriptions on marketplaces are in this language, whoever "
        "works here. Empty: Portuguese where it is installed.",
    )

    @api.model
    def _plug4market_langs(self):
        return self.env["res.lang"].get_installed()

    def _plug4market_hub_lang(self):
        """The language that marketplaces show products in."""
        self.ensure_one()
        installed = dict(self._plug4market_langs())
        wanted = (self.plug4market_catalogue_lang, "pt_BR", self.partner_id.lang)
        return next((lang for lang in wanted if lang in installed), "en_US")

    def _plug4market_follow_refusals(self):
        """Ask the store's person once; the activity is done when nothing is refused."""
        self.ensure_one()
        company = self.with_context(lang=self._plug4market_lang())
        partner = company.partner_id
        refused = [("company_id", "=", self.id), ("refused", "!=", False)]
        skus = self.env["plug4market.sku"].sudo()
        named = skus.search(refused, limit=NAMED, order="id")
        if not named:
            partner.activity_feedback(
                [ACTIVITY_TYPE], feedback=company.env._("Nothing is refused any more.")
            )
        elif not partner.activity_search([ACTIVITY_TYPE]):
            partner.activity_schedule(
                ACTIVITY_TYPE,
                user_id=self._plug4market_person().id,
                summary=company.env._("Plug4Market refuses products"),
                note=company.env._(
                    "Plug4Market refused what changed on %(products)s. Stock and the "
                    "end of a sale are sent all the same; the rest waits until it is "
                    "corrected. Open the products of Plug4Market with the filter "
                    "Problem: each says what was refused. It is marked done by itself "
                    "once nothing is refused any more.",
                    products=", ".join(
                        named.product_id.with_env(company.env).mapped("display_name")
                    ),
                ),
            )

    def _plug4market_offered_warehouses(self):
        """The warehouses whose stock is for sale; by default the company's first.

        None where the only one is the marketplaces'.
        """
        self.ensure_one()
        return self.plug4market_warehouse_ids or self.env["stock.warehouse"].search(
            [
                ("company_id", "=", self.id),
                ("id", "!=", self.plug4market_fulfilment_warehouse_id.id),
            ],
            limit=1,
        )

    def _plug4market_settings_changed(self, vals):
        """Let the hub follow the settings that tell it something of every product."""
        if {"plug4market_active", "plug4market_warehouse_ids"} & vals.keys():
            self._plug4market_choose_warehouse()
        for lane, names in FOLLOWED.items():
            if names & vals.keys():
                self._plug4market_mark(lane)

    def _plug4market_mark(self, lane):
        """Mark all that these companies sell, or want to sell, on marketplaces."""
        skus = self.env["plug4market.sku"].sudo()
        skus = skus.search([("company_id", "in", self.ids)])
        self.env["plug4market.sku.change"]._mark(skus.product_id, lane)

    def _plug4market_choose_warehouse(self):
        """Let the settings say whose stock is for sale where nobody chose one.

        Else it would silently be another's when the warehouses change.
        """
        for company in self.filtered("plug4market_active"):
            if not company.plug4market_warehouse_ids:
                first = company._plug4market_offered_warehouses()
                company.plug4market_warehouse_ids = first

    def _plug4market_converts_prices(self):
        """Whether prices of this store are kept in another currency than its own."""
        self.ensure_one()
        kept = self._get_main_company().currency_id
        kept |= self.plug4market_pricelist_id._plug4market_bases().currency_id
        return bool(kept - self.currency_id)
