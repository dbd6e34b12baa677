import secrets
from datetime import timedelta

from werkzeug.urls import url_join

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..hub import BASE_URLS, hub_origin
from ..refusals import refuse_negative

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

# A year: what is longer is a slip of the finger, and no date at some point.
MAX_RISK_HOURS = 24 * 365

# What decides where the tokens go.
ADDRESS = ("plug4market_environment", "plug4market_api_url")


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
        ],
        "Connection",
        compute="_compute_plug4market_connection",
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

    _plug4market_webhook_token_uniq = models.UniqueIndex("(plug4market_webhook_token)")

    # -- computes -------------------------------------------------------------

    @api.depends("plug4market_environment")
    def _compute_plug4market_api_url(self):
        for company in self:
            company.plug4market_api_url = BASE_URLS[company.plug4market_environment]

    @api.depends(*ADDRESS)
    @api.depends_context("lang")
    def _compute_plug4market_address_problem(self):
        for company in self:
            company.plug4market_address_problem = company._plug4market_address_problem()

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
            problem = company._plug4market_address_problem()
            if problem:
                raise ValidationError(problem)

    @api.constrains("plug4market_warehouse_ids", "plug4market_fulfilment_warehouse_id")
    def _check_plug4market_fulfilment_warehouse(self):
        for company in self:
            warehouse = company.plug4market_fulfilment_warehouse_id
            if warehouse and warehouse in company.plug4market_warehouse_ids:
                raise ValidationError(
                    self.env._(
                        "%(warehouse)s stands for the marketplaces' own warehouses, so "
                        "its stock cannot be for sale too. Choose another warehouse.",
                        warehouse=warehouse.name,
                    )
                )
            if warehouse and not company._plug4market_offered_warehouses():
                raise ValidationError(
                    self.env._(
                        "%(warehouse)s is the only warehouse of %(company)s: as the "
                        "marketplaces' own it would leave nothing to sell. Create a "
                        "warehouse for the marketplaces' stock and choose that one.",
                        warehouse=warehouse.name,
                        company=company.name,
                    )
                )

    @api.constrains("plug4market_stock_buffer", "plug4market_risk_hours")
    def _check_plug4market_numbers(self):
        refuse_negative(self, "plug4market_stock_buffer", "plug4market_risk_hours")
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
        result = super().write(vals)
        for connection in moved.filtered(lambda row: not row.access_token):
            connection.company_id._plug4market_ask_for_tokens(dropped=True)
        if vals.get("plug4market_active"):
            self._plug4market_ensure_webhook_token()
        for lane, names in FOLLOWED.items():
            if names & vals.keys():
                skus = self.env["plug4market.sku"].sudo()
                skus = skus.search([("company_id", "in", self.ids)])
                self.env["plug4market.sku.change"]._mark(skus.product_id, lane)
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
