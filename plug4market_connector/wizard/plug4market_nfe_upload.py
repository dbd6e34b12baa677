from odoo import fields, models
from odoo.exceptions import UserError


class Plug4marketNfeUpload(models.TransientModel):
    """Takes many NF-es at once: XML files, and zips of them."""

    _name = "plug4market.nfe.upload"
    _description = "Upload NF-es"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Choose the files")

    def action_take(self):
        """Make a row of each file and show what became of them."""
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose at least one XML or zip file first."))
        received = self.env["plug4market.nfe.file"]
        received._check_role()
        files = [(file.name, file.raw) for file in self.attachment_ids]
        rows = received._take(self.company_id, files, "upload")
        self.sudo().attachment_ids.unlink()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "plug4market_connector.plug4market_nfe_file_action"
        )
        return {**action, "domain": [("id", "in", rows.ids)], "context": {}}
