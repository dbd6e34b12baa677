import secrets

from odoo import models

from ..hub import (
    BASE_URLS,
    CredentialsError,
    may_get_tokens,
    normalise_document,
)

TOKENS_ACTIVITY = "plug4market_connector.mail_activity_tokens"


class ResCompany(models.Model):
    """The company as a store of the hub."""

    _inherit = "res.company"

    # -- the store ------------------------------------------------------------

    def _plug4market_connection(self, *, create=False):
        """The company's row of tokens; empty while nothing was pasted."""
        self.ensure_one()
        Connection = self.env["plug4market.connection"].sudo()
        connection = Connection.search([("company_id", "=", self._origin.id)], limit=1)
        if not connection and create and self.id:
            connection = Connection.create({"company_id": self.id})
        return connection

    def _plug4market_client(self, lane):
        """A client of the hub for this store; see ``plug4market.connection``."""
        return self._plug4market_connection(create=True)._client(lane)

    def _plug4market_address_problem(self):
        """Why no token may be sent to the company's API address; empty if one may."""
        self.ensure_one()
        company = self.sudo()
        simulator = company.plug4market_environment == "simulator"
        if may_get_tokens(company.plug4market_api_url, simulator=simulator):
            return ""
        return self.env._(
            "The API address of %(company)s must be https:// and a host, such as "
            "%(example)s, without a user or a password. Plain http:// is only for the "
            "environment Simulator on this computer, such as %(simulator)s.",
            company=company.name,
            example=BASE_URLS["production"],
            simulator=BASE_URLS["simulator"],
        )

    def _plug4market_drop_foreign_tokens(self):
        """Forget the tokens that were pasted for another address; return their rows."""
        connections = self.env["plug4market.connection"].sudo()
        connections = connections.search([("company_id", "in", self.ids)])
        foreign = connections.filtered(lambda found: found._has_foreign_pair())
        foreign._drop_pair()
        self.invalidate_recordset(
            ["plug4market_access_token", "plug4market_refresh_token"]
        )
        return foreign

    def _plug4market_person(self):
        """Who is asked when something needs a person; somebody who can see it."""
        self.ensure_one()
        person = self.sudo().plug4market_user_id.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        )
        return person.sudo(self.env.su) or self.env.ref("base.user_admin")

    def _plug4market_lang(self):
        """The language of who reads what the integration has to say."""
        self.ensure_one()
        return self.plug4market_user_id.lang or self.partner_id.lang or "en_US"

    def _plug4market_why_stopped(self):
        """A sentence for each store that can make no call, in a list."""
        connections = self.env["plug4market.connection"].sudo()
        stopped = connections.search(
            [("company_id", "in", self.ids), ("state", "!=", "connected")]
        )
        reasons = {
            company._plug4market_address_problem()
            or connections._explain(CredentialsError(""))
            for company in stopped.company_id
        }
        return sorted(reasons)

    def _plug4market_ask_for_tokens(self, *, dropped=False):
        """Leave one activity that says how to get new tokens.

        :param dropped: they were removed here, and not refused by the hub
        """
        self.ensure_one()
        company = self.with_context(lang=self._plug4market_lang())
        if dropped:
            note = company.env._(
                "The tokens of %(company)s may not be sent to its API address, so they "
                "were removed: it has to begin with https:// and to be the host they "
                "were pasted for. Check the address on the company's Integration tab, "
                "press Gerar Tokens in Plug4Market and paste the new tokens there. "
                "What waits to be sent is kept.",
                company=self.name,
            )
        else:
            note = company.env._(
                "Plug4Market refused the tokens of %(company)s. Open Lojas > Detalhes "
                "in Plug4Market, press Gerar Tokens and paste the new tokens on the "
                "company's Integration tab. What waits to be sent is kept.",
                company=self.name,
            )
        # The newest reason is the one that holds.
        company.partner_id.sudo().activity_unlink([TOKENS_ACTIVITY])
        company.partner_id.sudo().activity_schedule(
            TOKENS_ACTIVITY,
            user_id=self._plug4market_person().id,
            summary=company.env._("Plug4Market needs new tokens"),
            note=note,
        )

    def _plug4market_tokens_came(self):
        """Mark as done what asked for new tokens."""
        self.partner_id.sudo().activity_feedback(
            [TOKENS_ACTIVITY], feedback=self.env._("New tokens were pasted.")
        )

    # -- warehouses -----------------------------------------------------------

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

    def _plug4market_move_fulfilment_orders(self):
        """Let fulfilment orders go on that waited for their warehouse to be named."""
        for company in self:
            orders = self.env["sale.order"]._plug4market_waiting_for(
                [
                    ("company_id", "=", company.id),
                    ("plug4market_order_type", "=", "1"),
                ]
            )
            orders.with_context(plug4market_from_hub=True).write(
                {"warehouse_id": company.plug4market_fulfilment_warehouse_id.id}
            )
            orders.with_company(company)._plug4market_go_on()

    # -- buttons --------------------------------------------------------------

    def action_plug4market_test_connection(self):
        """Ask the hub for the store's orders, and for sales channels that are new."""
        self.ensure_one()
        self.check_access("write")
        company = self.sudo()
        count = company._plug4market_update_channels(check_token=True)
        doubt = company._plug4market_doubt_of_store()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if doubt else "success",
                "sticky": bool(doubt),
                "title": self.env._("Plug4Market answered"),
                "message": doubt
                or self.env._(
                    "The store %(cnpj)s is connected; %(count)s sales channels.",
                    cnpj=company.plug4market_store_cnpj or "",
                    count=count,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _plug4market_doubt_of_store(self):
        """What is odd about whose tokens these are; empty when nothing is."""
        own = normalise_document(self.vat)
        store = normalise_document(self.plug4market_store_cnpj)
        if not own or not store or own == store:
            return ""
        return self.env._(
            "The tokens are of store %(store)s, but the CNPJ of %(company)s is "
            "%(own)s. Check that they were generated in the right store.",
            store=self.plug4market_store_cnpj,
            company=self.name,
            own=self.vat,
        )

    def action_plug4market_replace_webhook(self):
        """Give the company a new webhook address; the old one stops at once."""
        self.ensure_one()
        self.check_access("write")
        self.sudo().plug4market_webhook_token = secrets.token_urlsafe(24)
