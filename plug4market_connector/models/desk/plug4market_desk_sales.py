from collections import Counter, defaultdict

from odoo import api, models
from odoo.fields import Domain

# The steps of a sale that the table shows, in their order.
STEPS = ("APPROVED", "INVOICED", "SHIPPED", "COMPLETED", "CANCELED")
# Products that sell most: so many are named, and among so many who ran out is told.
NAMED = 5
WATCHED = 50


class Plug4marketDesk(models.AbstractModel):
    """What was sold: today, and in the period that a person has chosen."""

    _inherit = "plug4market.desk"

    @api.model
    def _read_sales(self, roles, scope):
        """What was sold and where it stands; empty for who sees no sales."""
        orders = self.env["sale.order"]
        if not roles & {"marketplace", "sales", "accounting"}:
            return {}
        if not orders.has_access("read"):
            return {}
        groups = self._group_sales(scope)
        sold = [group for group in groups if group["status"] != "CANCELED"]
        today = scope.local_day()
        best = self._find_best_products(scope)
        return {
            "currency_id": scope.companies[:1].currency_id.id,
            "steps": self._describe_steps(),
            "today": _total(group for group in sold if group["day"] == today),
            "period": _total(sold),
            "channels": _tabulate(groups),
            "days": _chart(sold, scope.local_days()),
            "best": best[:NAMED],
            "sold_out": self._find_sold_out(best, roles, scope),
        }

    @api.model
    def _sold(self, scope):
        """The condition that an order was sold in the period."""
        began = Domain("date_order", ">=", scope.since)
        ended = Domain("date_order", "<", scope.tomorrow)
        return self._imported(scope) & began & ended

    @api.model
    def _group_sales(self, scope):
        """Count and amount of each day, channel and status, in one query."""
        orders = self.env["sale.order"].with_context(tz=scope.zone)
        found = orders._read_group(
            self._sold(scope),
            ["date_order:day", "plug4market_channel_id", "plug4market_status"],
            ["__count", "plug4market_total:sum"],
        )
        return [
            {
                "day": day.date().isoformat(),
                "channel_id": channel.id,
                "channel": channel.name or self.env._("Unknown channel"),
                "status": status,
                "count": count,
                "amount": amount or 0.0,
            }
            for day, channel, status, count, amount in found
        ]

    @api.model
    def _describe_steps(self):
        """The words of the statuses, as the user's language has them."""
        words = dict(
            self.env["sale.order"]
            ._fields["plug4market_status"]
            ._description_selection(self.env)
        )
        return [{"name": step, "label": words[step]} for step in STEPS]

    @api.model
    def _find_best_products(self, scope):
        """What sold most in the period, the most units first."""
        lines = self.env["sale.order.line"]
        if not lines.has_access("read"):
            return []
        sold = self._sold(scope) & Domain("plug4market_status", "!=", "CANCELED")
        found = lines._read_group(
            Domain("order_id", "any", sold)
            & Domain("product_id.type", "=", "consu")
            & Domain("plug4market_unmatched", "=", False),
            ["product_id"],
            ["product_uom_qty:sum", "price_total:sum"],
            order="product_uom_qty:sum DESC, product_id",
            limit=WATCHED,
        )
        return [
            {
                "id": product.id,
                "name": product.name,
                "sku": product.default_code or "",
                "units": units,
                "amount": amount,
            }
            for product, units, amount in found
        ]

    @api.model
    def _find_sold_out(self, best, roles, scope):
        """Those of the best products of which the marketplaces have none to sell."""
        if "marketplace" not in roles or not best:
            return []
        rows = self.env["plug4market.sku"].search_fetch(
            scope.of_company()
            & Domain("product_id", "in", [product["id"] for product in best])
            & Domain("sent_sku", "!=", False),
            ["product_id", "sent_body"],
        )
        empty = {
            row.product_id.id for row in rows if (row.sent_body or {}).get("stock") == 0
        }
        return [product for product in best if product["id"] in empty]


def _total(groups):
    """How many orders, what they came to, and what one of them did on average."""
    groups = list(groups)
    count = sum(group["count"] for group in groups)
    amount = sum(group["amount"] for group in groups)
    return {"count": count, "amount": amount, "ticket": amount / count if count else 0}


def _tabulate(groups):
    """A row for each channel: its orders by status, and what it sold."""
    rows = defaultdict(lambda: {"amount": 0.0, "steps": Counter(), "count": 0})
    for group in groups:
        row = rows[group["channel_id"]]
        row |= {"id": group["channel_id"], "name": group["channel"]}
        row["steps"][group["status"] or ""] += group["count"]
        if group["status"] != "CANCELED":
            row["amount"] += group["amount"]
            row["count"] += group["count"]
    return sorted(rows.values(), key=lambda row: (-row["amount"], row["name"]))


def _chart(groups, days):
    """What each channel sold on each day, the largest channel first."""
    places = {day: place for place, day in enumerate(days)}
    names, amounts = {}, defaultdict(lambda: [0.0] * len(days))
    for group in groups:
        if group["day"] in places:
            names[group["channel_id"]] = group["channel"]
            amounts[group["channel_id"]][places[group["day"]]] += group["amount"]
    largest = sorted(names, key=lambda channel: (-sum(amounts[channel]), channel))
    return {
        "labels": days,
        "channels": [
            {"name": names[channel], "amounts": amounts[channel]} for channel in largest
        ],
    }
