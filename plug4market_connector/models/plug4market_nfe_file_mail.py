from odoo import api, models

from ..nfe import LooseFile


class Plug4marketNfeFile(models.Model):
    """Notes that come by mail, to the address of a company."""

    _inherit = "plug4market.nfe.file"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a row of each XML, and of each file in a zip; the DANFE is no file.

        The message itself is kept with the first one. Odoo's gateway calls this as
        superuser, and nobody else may: whose note it is would be the caller's word.
        """
        self.check_access("create")
        company = self.env["res.company"].browse(
            (custom_values or {}).get("company_id")
        )
        company = company.exists() or self.env.company
        receiver = self.with_context(lang=company._plug4market_lang())
        files = [
            LooseFile(name=name, content=_bytes(content, info) or b"")
            for name, content, info in msg_dict.get("attachments") or []
            if _is_wanted(name)
        ]
        if files:
            return receiver._take(company, files, "mail")[:1].with_env(self.env)
        return receiver.create(
            {
                "name": msg_dict.get("subject") or self.env._("E-mail"),
                "company_id": company.id,
                "origin": "mail",
                "state": "not_nfe",
                "message": receiver.env._("The e-mail has no XML attached."),
            }
        ).with_env(self.env)


def _is_wanted(name):
    return (name or "").lower().endswith((".xml", ".zip"))


def _bytes(content, info):
    """Undo the decoding of a text, which declares the encoding that it had."""
    if isinstance(content, str):
        return content.encode((info or {}).get("encoding") or "utf-8", "replace")
    return content
