from odoo import models


class Plug4marketPlanMixin(models.AbstractModel):
    """The button of a counter's list that leads to the page of its step."""

    _name = "plug4market.plan.mixin"
    _description = "Plug4Market Step Button"

    def action_plug4market_plan(self):
        """List what the step would do of these records.

        With none chosen, of all that the list shows, however many pages that are.
        """
        self.check_access("read")
        context = self.env.context
        step = context.get("plug4market_plan")
        if self:
            return self.env["plug4market.plan"]._open(step, self)
        domain = context.get("active_domain")
        shown = self.search(domain) if domain else self
        asked = context.get("plug4market_asked") or {}
        return self.env["plug4market.plan"]._open(step, shown, asked=asked)
