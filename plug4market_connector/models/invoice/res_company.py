from odoo import api, fields, models


class ResCompany(models.Model):
    """The mail address to which a company's NF-es may be sent."""

    _inherit = "res.company"

    plug4market_nfe_alias_id = fields.Many2one(
        "mail.alias", copy=False, groups="base.group_system"
    )
    plug4market_nfe_alias_name = fields.Char(
        "NF-e by e-mail",
        compute="_compute_plug4market_nfe_alias_name",
        inverse="_inverse_plug4market_nfe_alias_name",
        compute_sudo=True,
        help="The part of the address before the @.",
    )

    @api.depends("plug4market_nfe_alias_id.alias_name")
    def _compute_plug4market_nfe_alias_name(self):
        for company in self.sudo():
            company.plug4market_nfe_alias_name = (
                company.plug4market_nfe_alias_id.alias_name
            )

    def _inverse_plug4market_nfe_alias_name(self):
        """Give the company its address when a name is typed, and take it back."""
        for company in self.sudo():
            alias = company.plug4market_nfe_alias_id
            name = company.plug4market_nfe_alias_name
            if not name:
                alias.unlink()
            elif alias:
                alias.alias_name = name
            else:
                company.plug4market_nfe_alias_id = alias.create(
                    company._plug4market_prepare_nfe_alias(name)
                )

    def _plug4market_prepare_nfe_alias(self, name):
        return {
            "alias_name": name,
            "alias_domain_id": self.alias_domain_id.id,
            "alias_model_id": self.env["ir.model"]._get_id("plug4market.nfe.file"),
            "alias_defaults": repr({"company_id": self.id}),
        }
