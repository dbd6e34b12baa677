"""Wizards show and do only what is their user's: no other may read or fill them."""

from people_case import PeopleCase

from odoo.fields import Command

WIZARDS = {
    "plug4market.cancel",
    "plug4market.order.recover",
    "plug4market.preview",
    "plug4market.shipment",
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
        return {name: env[name].create(values.get(name, {})) for name in WIZARDS}

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
