import json

from odoo import api, fields, models

from ..access import readable
from ..hub import Plug4MarketClient, planned_request
from ..transaction import fresh_view

# A page that can still be read.
SHOWN = 20
# No SKU takes more calls; a bound for steps that would repeat themselves.
MOST_CALLS = 12
LONGEST_FILE = 60


class Plug4marketPreview(models.TransientModel):
    """Shows what Send would tell the hub, by the code that would tell it."""

    _name = "plug4market.preview"
    _description = "What Will Be Sent to Plug4Market"

    product_ids = fields.Many2many(
        "product.product", readonly=True, context={"active_test": False}
    )
    # Nobody's words: what is shown is made anew of the products, each part escaped.
    content = fields.Html(compute="_compute_content", sanitize=False)

    @api.depends("product_ids")
    @api.depends_context("company", "lang")
    def _compute_content(self):
        for wizard in self:
            products = readable(wizard.product_ids).with_env(self.env)
            values = {
                "skus": self._describe(products[:SHOWN]),
                "others": len(products[SHOWN:]),
            }
            wizard.content = self.env["ir.qweb"]._render(
                "plug4market_connector.plug4market_preview_content", values
            )

    @api.model
    def _open(self, products):
        """Open the wizard for ``products``."""
        self.env["res.users"]._plug4market_check_role()
        products.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What will be sent"),
            "res_model": self._name,
            "res_id": self.create({"product_ids": products.ids}).id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    @api.model
    def _describe(self, products):
        """What there is to show of each SKU; offers them, and takes it all back."""
        self.env.flush_all()
        with fresh_view(self.env) as env:
            company = env.company
            rows = env["plug4market.sku"]._offer(company, products.with_env(env))
            rows = rows._in_store(company)
            bodies = rows._prepare_bodies()
            described = [self._describe_sku(row, bodies[row]) for row in rows]
            env.cr.rollback()
        return described

    def _describe_sku(self, row, body):
        product = row.product_id
        calls = [self._describe_call(step) for step in self._steps(row, body)]
        problem = row._prepare_up_to_date_values(body)["error"]
        warnings = (product.plug4market_warnings or "").splitlines()
        return {
            "name": product.display_name,
            "calls": calls,
            "problem": problem,
            "warnings": [warning for warning in warnings if warning != problem],
        }

    def _steps(self, row, body):
        """The calls of a SKU, if the hub takes each of them.

        What comes after one that asks the hub depends on the answer.
        """
        steps = []
        while len(steps) < MOST_CALLS and (step := row._next_step(body)):
            steps.append(step)
            if step.method == Plug4MarketClient.get_product:
                break
            row.write(step.done)
        return steps

    def _describe_call(self, step):
        request = planned_request(step.call)
        body = request.body and _shortened(request.body)
        return {
            "title": f"{request.verb} {request.path}",
            "body": body and json.dumps(body, indent=2, ensure_ascii=False),
        }


def _shortened(body):
    """A request's body without the contents of a file."""
    encoded = body.get("base64Image", "")
    if len(encoded) <= LONGEST_FILE:
        return body
    return {**body, "base64Image": f"{encoded[:LONGEST_FILE]}... ({len(encoded)})"}
