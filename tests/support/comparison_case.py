"""A store that sold on the hub before Odoo came."""

from odoo_case import Plug4marketCase


class ComparisonCase(Plug4marketCase):
    def hub_client(self):
        return self.company._plug4market_connection()._bare_client()

    def put_on_hub(self, *skus, **values):
        """Put products on the hub as others did, and forget these calls."""
        client = self.hub_client()
        for sku in skus:
            body = {
                "productId": f"G-{sku}",
                "productName": sku,
                "sku": sku,
                "name": sku,
                "description": f"{sku} de teste",
                "price": 10,
                "stock": 5,
                "width": 12,
                "height": 10,
                "length": 9,
                "weight": 350,
            }
            client.create_product({**body, **values})
        self.hub.forget_calls()

    # -- the job --------------------------------------------------------------

    def comparison(self):
        return self.env["plug4market.comparison"].search([])

    def start(self):
        opened = self.env["plug4market.comparison"].action_open()
        comparison = self.env["plug4market.comparison"].browse(opened["res_id"])
        comparison.action_compare()
        self.env.flush_all()
        return comparison

    def step(self):
        self.env.flush_all()
        done = self.env["plug4market.comparison"]._run()
        self.env.invalidate_all()
        return done

    def finish(self):
        """Work until nothing is left that may be done now."""
        for _step in range(200):
            if not self.step():
                return
        self.fail("the comparison never ends")

    def compare(self):
        comparison = self.start()
        self.finish()
        return comparison

    def patience(self, comparison):
        """Let the time pass that a failure or a full minute asks to wait."""
        comparison.next_attempt_at = comparison.started_at
        self.env.flush_all()
        self.env.cr.execute("UPDATE plug4market_budget SET hold_until = NULL")

    # -- looking --------------------------------------------------------------

    def lines(self):
        return self.env["plug4market.comparison.line"].search([])

    def line(self, sku):
        line = self.lines().filtered(lambda line: line.sku == sku)
        self.assertEqual(len(line), 1, self.lines().mapped("sku"))
        return line

    def send(self, products):
        self.env.flush_all()
        products.action_plug4market_sync()
        self.env.invalidate_all()
        self.hub.forget_calls()
