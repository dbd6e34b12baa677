"""The base of the tests with OCA's addons: a company of theirs, connected."""

from odoo_case import Plug4marketCase

STORE = "81583054000129"


class OcaCase(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        main = cls.company
        main.plug4market_active = False
        cls.company = cls.env["res.company"].search([("name", "=", "Loja OCA")])
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.company.write(
            {
                "plug4market_active": True,
                "plug4market_environment": "simulator",
                "plug4market_api_url": cls.hub.url,
                "plug4market_user_id": cls.env.ref("base.user_admin").id,
                "document_type_id": cls.env.ref("l10n_br_fiscal.document_55").id,
            }
        )
        cls.worker = cls.env["plug4market.event.worker"]
        cls.product = cls.product.with_env(cls.env)
        cls.product.fiscal_type = "00"

    def setUp(self):
        super().setUp()
        self.paste_tokens(self.hub.store(STORE, "Loja OCA"))

    def import_order(self, items=None, **values):
        return super().import_order(items, store=STORE, **values)
