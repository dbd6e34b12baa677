import secrets

from odoo import models
from odoo.exceptions import UserError

from ..hub import Plug4MarketError
from ..transaction import in_new_transaction


class ResCompany(models.Model):
    """The company as a store of the hub."""

    _inherit = "res.company"

    # -- the store ------------------------------------------------------------

    def _plug4market_connection(self, *, create=False):
        """The company's row of tokens; empty while nothing was pasted."""
        self.ensure_one()
        Connection = self.env["plug4market.connection"].sudo()
        connection = Connection.search([("company_id", "=", self.id)], limit=1)
        if not connection and create and self.id:
            connection = Connection.create({"company_id": self.id})
        return connection

    def _plug4market_client(self, lane):
        """A client of the hub for this store; see ``plug4market.connection``."""
        return self._plug4market_connection(create=True)._client(lane)

    def _plug4market_person(self):
        """Who is asked when something needs a person."""
        self.ensure_one()
        return self.plug4market_user_id or self.env.ref("base.user_admin")

    def _plug4market_lang(self):
        """The language of who reads what the integration has to say."""
        self.ensure_one()
        return self.plug4market_user_id.lang or self.partner_id.lang or "en_US"

    def _plug4market_ask_for_tokens(self):
        """Leave one activity that says how to get new tokens."""
        self.ensure_one()
        company = self.with_context(lang=self._plug4market_lang())
        company.partner_id.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self._plug4market_person().id,
            summary=company.env._("Plug4Market needs new tokens"),
            note=company.env._(
                "Plug4Market refused the tokens of %(company)s. Open Lojas > Detalhes "
                "in Plug4Market, press Gerar Tokens and paste the new tokens on the "
                "company's Integration tab. What waits to be sent is kept.",
                company=self.name,
            ),
        )

    # -- buttons --------------------------------------------------------------

    def action_plug4market_test_connection(self):
        """Ask the hub for the store's orders, and for sales channels that are new.

        Both are asked: the list of channels may not need a token ("API notes" 13 #7).
        """
        self.ensure_one()
        self.check_access("write")
        company = self.sudo()
        try:
            client = company._plug4market_client("click")
            client.list_orders(size=1)
            channels = client.list_sales_channels()
        except Plug4MarketError as error:
            raise UserError(
                self.env["plug4market.connection"]._explain(error)
            ) from error
        in_new_transaction(
            company.env,
            lambda env: env["plug4market.sales.channel"]._import_channels(channels),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("Plug4Market answered"),
                "message": self.env._(
                    "The store %(cnpj)s is connected; %(count)s sales channels.",
                    cnpj=company.plug4market_store_cnpj or "",
                    count=len(channels),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_plug4market_replace_webhook(self):
        """Give the company a new webhook address; the old one stops at once."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().plug4market_webhook_token = secrets.token_urlsafe(24)
