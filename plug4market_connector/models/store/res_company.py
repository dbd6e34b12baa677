import secrets
from datetime import timedelta

from werkzeug.urls import url_join

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

from ...hub import (
    BASE_URLS,
    Plug4MarketError,
    hub_origin,
    may_get_tokens,
    normalise_document,
)
from ...messages import explain, notification
from ...refusals import refuse_negative

# A year: what is longer is a slip of the finger, and no date at some point.
MAX_RISK_HOURS = 24 * 365

# What decides where the tokens go.
ADDRESS = ("plug4market_environment", "plug4market_api_url")

TOKENS_ACTIVITY = "plug4market_connector.mail_activity_tokens"
SILENCE_ACTIVITY = "plug4market_connector.mail_activity_silence"


class ResCompany(models.Model):
    _inherit = "res.company"

    plug4market_active = fields.Boolean(
        "Plug4Market",
        help="Publish products and receive marketplace orders through Plug4Market.",
    )
    plug4market_environment = fields.Selection(
        [
            ("production", "Production"),
            ("sandbox", "Sandbox"),
            ("simulator", "Simulator"),
        ],
        "Environment",
        default="production",
        required=True,
        groups="base.group_system",
    )
    plug4market_api_url = fields.Char(
        "API address",
        compute="_compute_plug4market_api_url",
        store=True,
        readonly=False,
        groups="base.group_system",
        help="Follows the environment. White-label twins have addresses of their own.",
    )
    plug4market_address_problem = fields.Char(
        compute="_compute_plug4market_address_problem", groups="base.group_system"
    )
    plug4market_connection_ids = fields.One2many(
        "plug4market.connection", "company_id", groups="base.group_system"
    )
    plug4market_access_token = fields.Char(
        "Access token",
        compute="_compute_plug4market_tokens",
        inverse="_inverse_plug4market_tokens",
        groups="base.group_system",
        copy=False,
    )
    plug4market_refresh_token = fields.Char(
        "Refresh token",
        compute="_compute_plug4market_tokens",
        inverse="_inverse_plug4market_tokens",
        groups="base.group_system",
        copy=False,
    )
    plug4market_access_token_expiry = fields.Datetime(
        "Access token valid until", compute="_compute_plug4market_connection"
    )
    plug4market_refresh_token_expiry = fields.Datetime(
        "Refresh token valid until", compute="_compute_plug4market_connection"
    )
    plug4market_store_cnpj = fields.Char(
        "Store CNPJ", compute="_compute_plug4market_connection"
    )
    plug4market_connection_state = fields.Selection(
        [
            ("disconnected", "Not connected"),
            ("connected", "Connected"),
            ("error", "Needs new tokens"),
            ("question", "Waits for an answer"),
        ],
        "Connection",
        compute="_compute_plug4market_connection",
    )
    plug4market_silent_since = fields.Datetime(
        "No answer since", compute="_compute_plug4market_connection"
    )
    plug4market_webhook_token = fields.Char(groups="base.group_system", copy=False)
    plug4market_webhook_url = fields.Char(
        "Webhook address",
        compute="_compute_plug4market_webhook_url",
        groups="base.group_system",
        help="Register this address in Plug4Market, so that orders arrive at once.",
    )
    plug4market_order_target = fields.Selection(
        [("quotation", "Quotations"), ("sale_order", "Sale orders")],
        "Save marketplace sales as",
        default="sale_order",
        required=True,
    )
    plug4market_auto_invoice = fields.Boolean("Issue the invoice automatically")
    plug4market_auto_label = fields.Boolean("Fetch the label automatically")
    plug4market_tax_policy = fields.Selection(
        [
            ("included", "Included in the marketplace's price"),
            ("none", "No taxes on marketplace orders"),
        ],
        "Taxes",
        default="included",
        required=True,
        help="Marketplace prices include their taxes: the customer has paid the total.",
    )
    plug4market_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        string="Warehouses",
        check_company=True,
        help="Orders leave from the first; the stock of all of them is for sale. "
        "Empty: the company's first warehouse.",
    )
    plug4market_fulfilment_warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Fulfilment warehouse",
        check_company=True,
        help="Stands for the marketplaces' own warehouses: fulfilment orders leave "
        "from it, its stock is never offered. Empty: they stay quotations.",
    )
    plug4market_pricelist_id = fields.Many2one(
        "product.pricelist",
        "Pricelist",
        check_company=True,
        domain="[('currency_id', '=', currency_id)]",
        help="Only pricelists in the company's currency. Empty: the sales price.",
    )
    plug4market_team_id = fields.Many2one("crm.team", "Sales team", check_company=True)
    plug4market_user_id = fields.Many2one(
        "res.users",
        "Responsible",
        check_company=True,
        domain=[("share", "=", False)],
        help="Who gets the activities of the integration.",
    )
    plug4market_stock_buffer = fields.Integer(
        "Stock buffer", help="Units of each product that are never offered."
    )

    plug4market_risk_hours = fields.Integer(
        "Hours at risk",
        default=24,
        help="An order is at risk when its dispatch limit is nearer than this.",
    )

    plug4market_auto_send_invoice = fields.Boolean(
        "Send the invoice automatically",
        help="As soon as the invoice is posted and its NF-e is authorised and right.",
    )
    plug4market_auto_send_shipment = fields.Boolean(
        "Report shipment and delivery automatically",
        help="The shipment once all transfers to the buyer are done and have a "
        "tracking number; the delivery where the carrier's addon knows it.",
    )

    _plug4market_webhook_token_uniq = models.UniqueIndex("(plug4market_webhook_token)")

    def _plug4market_update_channels(self, *, check_token=False):
        """Take over the hub's list of sales channels; return how many it holds.

        :param check_token: also ask for what surely needs a token: the list of channels
            may not (docs/hub-api.md 13 #7)
        """
        self.ensure_one()
        try:
            client = self._plug4market_client("click")
            if check_token:
                client.list_orders(size=1)
            channels = client.list_sales_channels()
        except Plug4MarketError as error:
            raise UserError(explain(self.env, error, queued=False)) from error
        self.env["plug4market.sales.channel"]._import_channels(channels)
        return len(channels)

    # -- computes -------------------------------------------------------------

    @api.depends("plug4market_environment")
    def _compute_plug4market_api_url(self):
        for company in self:
            company.plug4market_api_url = BASE_URLS[company.plug4market_environment]

    @api.depends(*ADDRESS)
    @api.depends_context("lang")
    def _compute_plug4market_address_problem(self):
        for company in self:
            company.plug4market_address_problem = company._plug4market_explain_address()

    def _compute_plug4market_tokens(self):
        for company in self:
            connection = company._plug4market_connection()
            company.plug4market_access_token = connection.access_token
            company.plug4market_refresh_token = connection.refresh_token

    def _inverse_plug4market_tokens(self):
        # Both are pasted on one form: take them together, once.
        pasted = [
            (
                company,
                company.plug4market_access_token,
                company.plug4market_refresh_token,
            )
            for company in self
        ]
        for company, access_token, refresh_token in pasted:
            connection = company._plug4market_connection(create=True)
            stored = (connection.access_token, connection.refresh_token)
            if (access_token, refresh_token) != stored:
                connection._paste(access_token, refresh_token)
            company.invalidate_recordset(
                ["plug4market_access_token", "plug4market_refresh_token"]
            )

    def _compute_plug4market_connection(self):
        for company in self:
            connection = company._plug4market_connection()
            company.plug4market_access_token_expiry = connection.access_token_expiry
            company.plug4market_refresh_token_expiry = connection.refresh_token_expiry
            company.plug4market_store_cnpj = connection.store_cnpj
            company.plug4market_connection_state = connection.state or "disconnected"
            company.plug4market_silent_since = company._plug4market_silence()

    @api.depends("plug4market_webhook_token")
    def _compute_plug4market_webhook_url(self):
        for company in self:
            token = company.sudo().plug4market_webhook_token
            company.plug4market_webhook_url = token and url_join(
                company.get_base_url(), f"/plug4market/webhook/{token}"
            )

    @api.constrains("plug4market_active")
    def _check_plug4market_ready(self):
        """Say what an order would miss now, not when the first one arrives."""
        self.filtered("plug4market_active")._check_plug4market_api_url()
        for company in self.filtered("plug4market_active"):
            missing = company._plug4market_missing_setup()
            if missing:
                raise ValidationError(
                    self.env._(
                        "Plug4Market cannot be enabled for %(company)s yet. "
                        "It still needs: %(missing)s.",
                        company=company.name,
                        missing=", ".join(missing),
                    )
                )

    @api.constrains(*ADDRESS)
    def _check_plug4market_api_url(self):
        """Whether the integration is on or not: the tokens are there either way."""
        for company in self:
            problem = company._plug4market_explain_address()
            if problem:
                raise ValidationError(problem)

    # Apart, because the settings write one field after the other: of two wrong values
    # from before, each could keep the other from being corrected.
    @api.constrains("plug4market_stock_buffer")
    def _check_plug4market_stock_buffer(self):
        refuse_negative(self, "plug4market_stock_buffer")

    @api.constrains("plug4market_risk_hours")
    def _check_plug4market_risk_hours(self):
        refuse_negative(self, "plug4market_risk_hours")
        if any(c.plug4market_risk_hours > MAX_RISK_HOURS for c in self):
            raise ValidationError(
                self.env._(
                    "An order cannot be at risk for more than a year: write at most "
                    "%(limit)s hours.",
                    limit=MAX_RISK_HOURS,
                )
            )

    @api.constrains("plug4market_pricelist_id")
    def _check_plug4market_pricelist(self):
        for company in self:
            pricelist = company.plug4market_pricelist_id
            if pricelist and pricelist.currency_id != company.currency_id:
                raise ValidationError(
                    self.env._(
                        "The prices of %(pricelist)s are in %(currency)s, but "
                        "marketplaces sell in %(own)s. Choose another pricelist.",
                        pricelist=pricelist.name,
                        currency=pricelist.currency_id.name,
                        own=company.currency_id.name,
                    )
                )

    @api.constrains("plug4market_user_id")
    def _check_plug4market_user(self):
        for company in self:
            user = company.plug4market_user_id
            if user and (user.share or not user.active):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot be responsible: activities are for active, "
                        "internal users. Choose another one.",
                        user=user.name,
                    )
                )

    @api.onchange(*ADDRESS)
    def _onchange_plug4market_address(self):
        """Say that the tokens go, before they are gone."""
        connection = self._plug4market_connection()
        stays = hub_origin(self.plug4market_api_url) == connection.token_origin
        pasted = self.plug4market_access_token != connection.access_token
        if stays or pasted or not connection.access_token:
            return {}
        return {
            "warning": {
                "title": self.env._("The tokens will be removed"),
                "message": self.env._(
                    "They were pasted for another host, and must not reach this one. "
                    "Paste tokens of this host before you save, or save and paste them "
                    "later: until then nothing is sent or received."
                ),
            }
        }

    def _plug4market_missing_setup(self):
        """What the company lacks to take an order, in words."""
        self.ensure_one()
        missing = []
        own = [("company_id", "=", self.id)]
        if not self.env["stock.warehouse"].sudo().search_count(own, limit=1):
            missing.append(self.env._("a warehouse"))
        # A branch keeps its books with its parents' accounts and journals.
        if not self.root_id.sudo().chart_template:
            missing.append(self.env._("a chart of accounts"))
        journals = self.env["account.journal"].sudo()
        sales = [*journals._check_company_domain(self), ("type", "=", "sale")]
        if not journals.search_count(sales, limit=1):
            missing.append(self.env._("a sales journal"))
        return missing

    def _plug4market_risk_margin(self):
        """How long before its limit an order is at risk."""
        self.ensure_one()
        hours = min(max(0, self.plug4market_risk_hours), MAX_RISK_HOURS)
        return timedelta(hours=hours)

    # -- CRUD -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.filtered("plug4market_active")._plug4market_ensure_webhook_token()
        return companies

    def write(self, vals):
        """Forget the tokens of another host, before new ones are taken.

        The address goes first and alone: what is pasted with it is meant for it.
        """
        address = self._plug4market_address_vals(vals)
        moved = self.env["plug4market.connection"]
        if address:
            # What was pasted until now was for the address until now.
            self.env["plug4market.connection"].flush_model(["token_origin"])
            super().write(address)
            moved = self._plug4market_drop_foreign_tokens()
        vals = {name: vals[name] for name in vals if name not in ADDRESS}
        was_off = self.filtered(lambda company: not company.plug4market_active)
        result = super().write(vals)
        for connection in moved.filtered(lambda row: not row.access_token):
            connection.company_id._plug4market_ask_for_tokens(dropped=True)
        if vals.get("plug4market_active"):
            self._plug4market_ensure_webhook_token()
            for company in self:
                self.env["plug4market.patient.mixin"]._resume(company, anew=True)
            # Nothing was marked while it was off.
            for company in was_off:
                self.env["plug4market.reconciliation"]._restart(company)
        self._plug4market_settings_changed(vals)
        if vals.get("plug4market_fulfilment_warehouse_id"):
            self._plug4market_move_fulfilment_orders()
        return result

    def _plug4market_address_vals(self, vals):
        """What ``vals`` change of where the tokens go.

        An environment that is only written again would reset an address of its own.
        """
        address = {name: vals[name] for name in ADDRESS if name in vals}
        kept = address.get("plug4market_environment")
        if kept and all(c.plug4market_environment == kept for c in self):
            del address["plug4market_environment"]
        return address

    def _plug4market_ensure_webhook_token(self):
        for company in self.sudo():
            if not company.plug4market_webhook_token:
                company.plug4market_webhook_token = secrets.token_urlsafe(24)

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

    def _plug4market_explain_address(self):
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
            company._plug4market_explain_address()
            or explain(self.env, company._plug4market_why_refused())
            for company in stopped.company_id
        }
        for company in self - stopped.company_id:
            if since := company._plug4market_silence():
                reasons.add(
                    self.env._(
                        "Plug4Market has not answered since %(moment)s; what waits "
                        "goes on by itself at its first answer.",
                        moment=format_datetime(self.env, since, dt_format="short"),
                    )
                )
        return sorted(reasons)

    def _plug4market_silence(self):
        """Since when the hub has been answering nothing; False when it answers."""
        budget = self.env["plug4market.budget"].sudo()._of_store(self._origin)
        return budget._is_silent() and budget.silent_since

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

    def _plug4market_tell_of_silence(self, since):
        """Leave one activity that says that the hub does not answer."""
        self.ensure_one()
        person = self._plug4market_person()
        company = self.with_context(lang=self._plug4market_lang())
        moment = format_datetime(company.env, since, tz=person.tz, dt_format="short")
        company.partner_id.sudo().activity_schedule(
            SILENCE_ACTIVITY,
            user_id=person.id,
            summary=company.env._("Plug4Market does not answer"),
            note=company.env._(
                "Plug4Market has not answered %(company)s since %(moment)s. Orders, "
                "invoices and stock are kept, and go on by themselves at its first "
                "answer. If it lasts, check this server's internet connection and the "
                "API address on the company's Integration tab, or ask Plug4Market's "
                "support. This is marked done by itself.",
                company=self.name,
                moment=moment,
            ),
        )

    def _plug4market_hub_is_back(self):
        """Mark as done what said that the hub does not answer."""
        company = self.with_context(lang=self._plug4market_lang())
        company.partner_id.sudo().activity_feedback(
            [SILENCE_ACTIVITY], feedback=company.env._("Plug4Market answers again.")
        )

    # -- buttons --------------------------------------------------------------

    def action_plug4market_test_connection(self):
        """Ask the hub for the store's orders, and for sales channels that are new."""
        self.ensure_one()
        self.check_access("write")
        company = self.sudo()
        count = company._plug4market_update_channels(check_token=True)
        doubt = company._plug4market_doubt_of_store()
        connected = self.env._(
            "The store %(cnpj)s is connected; %(count)s sales channels.",
            cnpj=company.plug4market_store_cnpj or "",
            count=count,
        )
        return notification(
            doubt or connected,
            kind="warning" if doubt else "success",
            title=self.env._("Plug4Market answered"),
            sticky=bool(doubt),
        )

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
