from odoo import api, models
from odoo.exceptions import AccessError


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _plug4market_check_role(self):
        """Only people with the role may speak to the marketplace."""
        role = "plug4market_connector.plug4market_connector_group_user"
        if not self.env.su and not self.env.user.has_group(role):
            raise AccessError(
                self.env._("Only users of the Marketplace app may do this.")
            )
