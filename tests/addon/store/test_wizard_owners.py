"""Wizards show and do only what is their user's: no other may read or fill them."""

from people_case import PeopleCase

from odoo.fields import Command

WIZARDS = {
    "plug4market.cancel",
    "plug4market.order.recover",
    "plug4market.plan",
    "plug4market.plan.line",
    "plug4market.preview",
    "plug4market.shipment",
    "plug4market.stock.explanation",
    "plug4market.stock.explanation.line",
}
# Nobody but the server fills these.
EXPLAINED = {
    name
    for name in WIZARDS
    if name.startswith(("plug4market.stock.", "plug4market.plan"))
}
SCRIPT = "<img src=x onerror='alert(1)'>"


class TestWizardOwners(PeopleCase):
    def ours(self):
        return [
            model
            for name, model in self.env.items()
            if name.startswith("plug4market.") and not model._abstract
        ]

    def open(self, user=None):
        """One wizard of each kind, opened by ``user``."""
        env = self.env(user=user or self.seller)
        values = {
            "plug4market.cancel": {"order_ids": [Command.set(self.order.ids)]},
            "plug4market.shipment": {"order_id": self.order.id},
            "plug4market.preview": {"product_ids": [Command.set(self.product.ids)]},
        }
        made = {
            name: env[name].create(values.get(name, {})) for name in WIZARDS - EXPLAINED
        }
        self.product.plug4market_enabled = True
        product = self.product.with_env(env)
        action = product.action_plug4market_explain_stock()
        explanation = env[action["res_model"]].browse(action["res_id"])
        made[explanation._name] = explanation
        made[explanation.line_ids._name] = explanation.line_ids[:1]
        order = self.order.with_env(env).with_context(plug4market_plan="invoice")
        plan = order.action_plug4market_plan()
        plan = env[plan["res_model"]].browse(plan["res_id"])
        made |= {plan._name: plan, plan.line_ids._name: plan.line_ids}
        return made

    # -- every model of ours --------------------------------------------------

    def test_no_html_is_kept_as_somebody_wrote_it(self):
        kept = [
            str(field)
            for model in self.env.values()
            for field in model._fields.values()
            if field.type == "html" and (field.store or field.inverse)
            if model._name.startswith("plug4market.")
            or field.name.startswith("plug4market_")
            if field.sanitize is False
        ]
        self.assertFalse(kept)

    def test_every_wizard_has_a_rule_for_its_creator(self):
        wizards = {model._name for model in self.ours() if model._transient}
        self.assertEqual(wizards, WIZARDS)
        rules = self.env["ir.rule"].search([("model_id.model", "in", list(wizards))])
        rules = rules.filtered(
            lambda rule: (
                rule.domain_force == '[("create_uid", "=", user.id)]'
                and not rule.groups
                and all(rule[f"perm_{mode}"] for mode in ("read", "write", "unlink"))
            )
        )
        self.assertEqual(set(rules.mapped("model_id.model")), wizards)

    def test_a_wizard_is_out_of_other_people_s_reach(self):
        for name, wizard in self.open().items():
            for user in (self.colleague, self.stranger):
                with self.subTest(name, user=user.login):
                    ids = wizard.ids
                    self.assertFalse(self.rpc(user, name, "search", []))
                    self.assertDenied(user, name, "read", ids, ["create_uid"])
                    self.assertDenied(user, name, "write", ids, {})
                    self.assertDenied(user, name, "unlink", ids)

    def test_no_button_of_a_wizard_works_for_others(self):
        buttons = {
            "plug4market.cancel": ["action_cancel", "action_cancel_in_odoo"],
            "plug4market.shipment": ["action_send"],
            "plug4market.order.recover": [
                *("action_recover", "action_again", "action_open_orders"),
            ],
            "plug4market.stock.explanation.line": ["action_open_counted"],
            "plug4market.plan": [
                *("action_do", "action_judge_again", "action_next", "action_painel"),
            ],
            "plug4market.plan.line": ["action_open_planned"],
        }
        wizards = self.open()
        for name, methods in buttons.items():
            for method in methods:
                with self.subTest(f"{name}.{method}"):
                    ids = wizards[name].ids
                    self.assertDenied(self.colleague, name, method, ids)
        self.assertFalse(self.hub.calls(method="DELETE"))

    # -- what will be sent ----------------------------------------------------

    def test_what_a_caller_writes_into_the_preview_is_not_shown(self):
        values = {"product_ids": [Command.set(self.product.ids)], "content": SCRIPT}
        wizard_id = self.rpc(self.seller, "plug4market.preview", "create", values)
        self.rpc(
            self.seller,
            "plug4market.preview",
            "write",
            [wizard_id],
            {"content": SCRIPT},
        )
        wizard = self.env["plug4market.preview"].with_user(self.seller)
        shown = str(wizard.browse(wizard_id).content)
        self.assertNotIn("onerror", shown)
        self.assertIn("POST /products", shown)

    def test_what_a_product_s_name_holds_is_shown_as_text(self):
        self.product.name = SCRIPT
        action = self.rpc(
            self.seller,
            "product.product",
            "action_plug4market_preview",
            self.product.ids,
        )
        (shown,) = self.rpc(
            self.seller, "plug4market.preview", "read", [action["res_id"]], ["content"]
        )
        self.assertIn("&lt;img", shown["content"])
        self.assertNotIn("<img", shown["content"])

    def test_another_company_s_product_is_neither_shown_nor_sent(self):
        self.product.product_tmpl_id.company_id = self.company
        ids = self.product.ids
        for method in ("action_plug4market_preview", "action_plug4market_sync"):
            self.assertDenied(self.stranger, "product.product", method, ids)
        chosen = {"product_ids": [Command.set(ids)]}
        shown = self.onchange(self.stranger, "plug4market.preview", chosen, "content")
        self.assertNotIn("CAN-325", str(shown))

    # -- why a stock is what it is --------------------------------------------

    def test_nobody_writes_what_only_explains(self):
        opened = self.open()
        texts = {"plug4market.plan": "note", "plug4market.plan.line": "reason"}
        for name in EXPLAINED:
            ids, field = opened[name].ids, texts.get(name, "product_id")
            self.assertDenied(self.seller, name, "create", {field: 1})
            self.assertDenied(self.seller, name, "write", ids, {field: 1})
            self.assertTrue(self.rpc(self.seller, name, "read", ids, [field]))

    def test_another_company_s_stock_is_not_explained(self):
        self.product.product_tmpl_id.company_id = self.company
        explain = "action_plug4market_explain_stock"
        for model, ids in (
            ("product.product", self.product.ids),
            ("product.template", self.product.product_tmpl_id.ids),
        ):
            self.assertDenied(self.stranger, model, explain, ids)

    def test_of_a_shared_product_each_store_explains_its_own_stock(self):
        self.product.plug4market_enabled = True
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            self.product, warehouse.lot_stock_id, 5
        )
        sent = self.product._plug4market_stocks(self.company)[self.product.id]
        self.assertGreater(sent, 0)
        self.assertEqual(self.explained(self.seller), (sent, self.company.id))
        self.assertEqual(self.explained(self.stranger), (0, self.branch.id))

    def explained(self, user):
        """The stock of the product, and whose it is, as ``user`` sees it."""
        ids = self.product.ids
        action = self.rpc(
            user, "product.product", "action_plug4market_explain_stock", ids
        )
        (found,) = self.rpc(
            user,
            action["res_model"],
            "read",
            [action["res_id"]],
            ["offered", "company_id"],
        )
        return found["offered"], found["company_id"][0]

    # -- cancelling -----------------------------------------------------------

    def test_the_dialog_tells_nothing_of_another_company_s_order(self):
        self.upload()
        chosen = {"order_ids": [Command.set(self.order.ids)]}
        mine = self.onchange(self.seller, "plug4market.cancel", chosen, "preview")
        self.assertIn(self.invoice.plug4market_nfe_access_key, str(mine))

        theirs = self.onchange(self.stranger, "plug4market.cancel", chosen, "preview")
        self.assertFalse(theirs["preview"])

    def test_another_company_s_order_is_neither_cancelled_nor_reported(self):
        chosen = {"order_ids": [Command.set(self.order.ids)]}
        self.assertDenied(self.stranger, "plug4market.cancel", "create", chosen)
        values = {
            "order_id": self.order.id,
            "carrier": "Correios",
            "tracking_number": "BR1",
        }
        shipment = self.rpc(self.stranger, "plug4market.shipment", "create", values)
        self.assertDenied(
            self.stranger, "plug4market.shipment", "action_send", [shipment]
        )
