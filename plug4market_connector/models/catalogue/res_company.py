from odoo import models

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
