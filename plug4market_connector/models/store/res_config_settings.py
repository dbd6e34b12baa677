from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    plug4market_active = fields.Boolean(
        related="company_id.plug4market_active", readonly=False
    )
    plug4market_connection_state = fields.Selection(
        related="company_id.plug4market_connection_state"
    )
    plug4market_silent_since = fields.Datetime(
        related="company_id.plug4market_silent_since"
    )
    plug4market_order_target = fields.Selection(
        related="company_id.plug4market_order_target", readonly=False
    )
    plug4market_auto_invoice = fields.Boolean(
        related="company_id.plug4market_auto_invoice", readonly=False
    )
    plug4market_auto_send_invoice = fields.Boolean(
        related="company_id.plug4market_auto_send_invoice", readonly=False
    )
    plug4market_auto_send_shipment = fields.Boolean(
        related="company_id.plug4market_auto_send_shipment", readonly=False
    )
    plug4market_nfe_alias_name = fields.Char(
        related="company_id.plug4market_nfe_alias_name", readonly=False
    )
    plug4market_nfe_alias_domain = fields.Char(
        related="company_id.alias_domain_id.name"
    )
    plug4market_auto_label = fields.Boolean(
        related="company_id.plug4market_auto_label", readonly=False
    )
    plug4market_tax_policy = fields.Selection(
        related="company_id.plug4market_tax_policy", readonly=False
    )
    plug4market_warehouse_ids = fields.Many2many(
        related="company_id.plug4market_warehouse_ids",
        readonly=False,
        check_company=True,
    )
    plug4market_fulfilment_warehouse_id = fields.Many2one(
        related="company_id.plug4market_fulfilment_warehouse_id",
        readonly=False,
        check_company=True,
    )
    plug4market_catalogue_lang = fields.Selection(
        related="company_id.plug4market_catalogue_lang", readonly=False
    )
    plug4market_pricelist_id = fields.Many2one(
        related="company_id.plug4market_pricelist_id",
        readonly=False,
        check_company=True,
    )
    plug4market_team_id = fields.Many2one(
        related="company_id.plug4market_team_id",
        readonly=False,
        check_company=True,
    )
    plug4market_user_id = fields.Many2one(
        related="company_id.plug4market_user_id",
        readonly=False,
        check_company=True,
    )
    plug4market_risk_hours = fields.Integer(
        related="company_id.plug4market_risk_hours", readonly=False
    )
    plug4market_stock_buffer = fields.Integer(
        related="company_id.plug4market_stock_buffer", readonly=False
    )
    plug4market_default_channel_ids = fields.Many2many(
        related="company_id.plug4market_default_channel_ids", readonly=False
    )
    plug4market_seller_id = fields.Char(
        related="company_id.plug4market_seller_id", readonly=False
    )
    plug4market_listing_type = fields.Selection(
        related="company_id.plug4market_listing_type", readonly=False
    )

    def action_plug4market_open_company(self):
        """Open the company, whose Integration tab holds the tokens."""
        return self.company_id._get_records_action()
