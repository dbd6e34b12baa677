from odoo import models

# Settings that change what the hub is told of every product, by lane.
FOLLOWED = {
    "stock": {
        "plug4market_fulfilment_warehouse_id",
        "plug4market_stock_buffer",
        "plug4market_warehouse_ids",
    },
    "price": {"plug4market_pricelist_id"},
    "content": {"plug4market_listing_type", "plug4market_seller_id"},
}

ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_refused_product"
# Products that an activity names; the list shows all of them.
NAMED = 5


class ResCompany(models.Model):
    """One activity a store about products whose content the hub refuses."""

    _inherit = "res.company"

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
        for lane, names in FOLLOWED.items():
            if names & vals.keys():
                skus = self.env["plug4market.sku"].sudo()
                skus = skus.search([("company_id", "in", self.ids)])
                self.env["plug4market.sku.change"]._mark(skus.product_id, lane)
