from odoo import api, models


class Plug4marketSealedMixin(models.AbstractModel):
    """Records that are people's only as far as their fields are not readonly.

    In Odoo ``readonly`` binds the web client alone: over RPC, who may write a record
    may write all of it, the company that its rules look at as well.
    """

    _name = "plug4market.sealed.mixin"
    _description = "Plug4Market Sealed Record"

    @api.model
    def _has_field_access(self, field, operation):
        """Nobody but this addon fills what people cannot fill on a form."""
        if operation == "write" and field.readonly and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def write(self, vals):
        """Nobody moves a record to where it would not be his any more."""
        result = super().write(vals)
        # Odoo has looked at its rules before only.
        self.check_access("write")
        return result
