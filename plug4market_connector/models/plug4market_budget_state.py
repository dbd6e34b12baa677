from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LANES, RESERVED_CALLS
from .plug4market_budget import RECENT


class Plug4marketBudget(models.Model):
    """What a person sees of a store's calls: what is left, what waits, until when."""

    _inherit = "plug4market.budget"

    calls_made = fields.Integer(
        "Calls in the last minute", compute="_compute_calls", compute_sudo=True
    )
    calls_left = fields.Integer(
        "Calls left this minute", compute="_compute_calls", compute_sudo=True
    )
    waiting_orders = fields.Integer(
        "Order events", compute="_compute_waiting", compute_sudo=True
    )
    waiting_sold_out = fields.Integer(
        "Sold out", compute="_compute_waiting", compute_sudo=True
    )
    waiting_stock = fields.Integer(
        "Stock", compute="_compute_waiting", compute_sudo=True
    )
    waiting_price = fields.Integer(
        "Prices", compute="_compute_waiting", compute_sudo=True
    )
    waiting_content = fields.Integer(
        "Content", compute="_compute_waiting", compute_sudo=True
    )
    problems = fields.Integer(
        "SKUs with a problem", compute="_compute_waiting", compute_sudo=True
    )
    listing_problems = fields.Integer(
        "Announcements with a problem", compute="_compute_waiting", compute_sudo=True
    )
    expected_end = fields.Datetime(
        "Expected to be done",
        compute="_compute_expected_end",
        help="When the last waiting SKU is sent, at the store's calls per minute.",
    )

    def _compute_calls(self):
        made = dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, cardinality(%s) FROM plug4market_budget WHERE id IN %s",
                    RECENT,
                    tuple(self.ids) or (0,),
                )
            )
        )
        limit = self._limit("orders")
        for budget in self:
            budget.calls_made = made.get(budget.id, 0)
            budget.calls_left = max(0, limit - budget.calls_made)

    def _compute_waiting(self):
        companies = self.company_id.ids
        skus = {
            (company.id, state, priority): count
            for company, state, priority, count in self.env[
                "plug4market.sku"
            ]._read_group(
                [
                    ("company_id", "in", companies),
                    ("state", "in", ["pending", "error"]),
                ],
                ["company_id", "state", "priority"],
                ["__count"],
            )
        }
        events = dict(
            self.env["plug4market.order.event"]._read_group(
                [("company_id", "in", companies), ("state", "=", "pending")],
                ["company_id"],
                ["__count"],
            )
        )
        listings = dict(
            self.env["plug4market.announcement"]
            .with_context(active_test=False)
            ._read_group(
                [("company_id", "in", companies), ("state", "=", "error")],
                ["company_id"],
                ["__count"],
            )
        )
        for budget in self:
            company = budget.company_id
            budget.listing_problems = listings.get(company, 0)
            budget.waiting_orders = events.get(company, 0)
            for priority, lane in enumerate(LANES, start=1):
                waiting = skus.get((company.id, "pending", priority), 0)
                budget[f"waiting_{lane}"] = waiting
            budget.problems = sum(
                count
                for (owner, state, _priority), count in skus.items()
                if owner == company.id and state == "error"
            )

    @api.depends(*(f"waiting_{lane}" for lane in LANES))
    def _compute_expected_end(self):
        a_minute = max(1, self._limit("orders") - RESERVED_CALLS)
        now = fields.Datetime.now()
        for budget in self:
            waiting = sum(budget[f"waiting_{lane}"] for lane in LANES)
            start = max(now, budget.hold_until or now)
            budget.expected_end = waiting and start + timedelta(
                minutes=waiting / a_minute
            )

    def action_open_waiting(self):
        """Show the products that wait to be sent, or have a problem."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "plug4market_connector.product_product_action_plug4market"
        )
        shown = "error" if self.env.context.get("problems") else "pending"
        return {**action, "context": {f"search_default_{shown}": 1}}

    def action_open_listing_problems(self):
        """Show the store's announcements with a problem."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "plug4market_connector.plug4market_announcement_action"
        )
        return {
            **action,
            "domain": [("company_id", "=", self.company_id.id)],
            "context": {"active_test": False, "search_default_error": 1},
        }
