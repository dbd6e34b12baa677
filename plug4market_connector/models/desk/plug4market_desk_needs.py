from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

ADDON = "plug4market_connector"
# What was imported from the hub.
IMPORTED = Domain("plug4market_order_uid", "!=", False)


@dataclass(frozen=True)
class Need:
    """One counter: the records that wait, where they are listed, and for whom."""

    label: str
    hint: str
    model: str
    domain: Domain
    action: str
    # The card is red, yellow or plain while something waits.
    tone: str = "info"
    # The buttons that the list shows, of the work that is to be done there.
    step: str = ""


class Plug4marketDesk(models.AbstractModel):
    """What needs a person now."""

    _inherit = "plug4market.desk"

    @api.model
    def _read_needs(self, roles, scope):
        """The counters of these roles, in the order in which the work is done."""
        needs = self._needs(roles, scope)
        counts = self._count(needs)
        return [
            {
                "name": name,
                "label": need.label,
                "hint": need.hint,
                "tone": need.tone,
                "count": counts[name],
            }
            for name, need in needs.items()
        ]

    @api.model
    def _count(self, needs):
        """How many records each counter has, as far as the user may read them.

        One statement for all of them; each has its own conditions and its own index.
        """
        if not needs:
            return {}
        queries = [
            self.env[need.model]._search(need.domain).subselect(SQL("COUNT(*)"))
            for need in needs.values()
        ]
        [row] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(queries)))
        return dict(zip(needs, row, strict=True))

    @api.model
    def _needs(self, roles, scope):
        """The counters of these roles by name, without those of unreadable models."""
        found = {}
        if roles & {"marketplace", "sales", "accounting"}:
            found |= self._order_needs(scope)
        readable = {
            model: self.env[model].has_access("read")
            for model in {need.model for need in found.values()}
        }
        return {name: need for name, need in found.items() if readable[need.model]}

    @api.model
    def _order_needs(self, scope):
        orders = IMPORTED & scope.of_company() & scope.of_channel()
        confirmed = Domain("state", "=", "sale")
        return {
            "to_confirm": Need(
                label=self.env._("To confirm"),
                hint=self.env._("Quotations of marketplaces, and why they wait."),
                model="sale.order",
                domain=orders
                & Domain("state", "in", ["draft", "sent"])
                & Domain("plug4market_status", "!=", "CANCELED"),
                action=f"{ADDON}.sale_order_action_plug4market",
                tone="warning",
                step="confirm",
            ),
            "to_invoice": Need(
                label=self.env._("To invoice"),
                hint=self.env._("Confirmed orders without an invoice."),
                model="sale.order",
                domain=orders & confirmed & Domain("invoice_status", "=", "to invoice"),
                action=f"{ADDON}.sale_order_action_plug4market",
                step="invoice",
            ),
            "late": Need(
                label=self.env._("Late"),
                hint=self.env._("Their dispatch limit has passed."),
                model="sale.order",
                domain=orders & Domain("plug4market_dispatch", "in", ["late"]),
                action=f"{ADDON}.sale_order_action_plug4market",
                tone="danger",
                step="ship",
            ),
        }

    @api.model
    def _prepare_list_action(self, need):
        """The window action of a counter's list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(need.action)
        return {
            **action,
            "name": need.label,
            "display_name": need.label,
            "domain": list(need.domain),
            "context": {"create": False, "plug4market_step": need.step},
        }
