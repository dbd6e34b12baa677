"""The store's custom tree: sent by itself, parents first, and what cannot follow."""

from channel_case import ChannelCase

from odoo.tests import new_test_user

TREE = "/custom-categories"
MAPPING = f"{TREE}/sale_channel"


class CategoryCase(ChannelCase):
    def client(self):
        return self.company._plug4market_client("click")

    def tree(self):
        """Codes and names of the store's tree on the hub, level by level."""
        client, level, found = self.client(), [None], {}
        while level:
            nodes = [n for node in level for n in client.list_custom_categories(node)]
            found.update({node.alternative_id: node.name for node in nodes})
            level = [node.hub_id for node in nodes]
        return found

    def calls(self, method="POST", path=TREE):
        return [
            call["body"]
            for call in self.hub.calls(method=method, path_prefix=path)
            if call["path"] == path
        ]


class TestCategories(CategoryCase):
    def test_parents_go_before_children_and_both_before_the_product(self):
        self.sync(self.product)

        posts = [call["path"] for call in self.hub.calls(method="POST")]
        self.assertEqual(posts[:3], [TREE, TREE, "/products"])
        self.assertFalse(self.hub.calls(method="PUT"), "it was created complete")
        house, light = str(self.house.id), str(self.light.id)
        self.assertEqual(
            self.calls(),
            [
                {"name": "Casa", "alternativeId": house, "fatherAlternativeId": ""},
                {
                    "name": "Iluminação",
                    "alternativeId": light,
                    "fatherAlternativeId": house,
                },
            ],
        )
        sent = self.hub.products()["LUM-LED"]
        self.assertEqual(sent["customCategory"], {"alternativeId": light})
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_only_categories_that_published_products_use_are_sent(self):
        self.env["product.category"].create({"name": "Vazia"})
        self.sync(self.product)
        self.export()
        self.assertEqual(
            self.tree(), {str(self.house.id): "Casa", str(self.light.id): "Iluminação"}
        )

    def test_a_product_that_cannot_be_sent_sends_no_category(self):
        self.product.weight = 0
        self.sync(self.product)
        self.assertFalse(self.hub.calls())

    def test_each_category_is_sent_once_for_many_products(self):
        other = self.make_offer("ABA-1", "Abajur", 99)
        self.sync(self.product | other)
        self.sync(self.product | other)
        self.assertEqual(len(self.calls()), 2)

    def test_a_product_follows_into_another_category(self):
        self.sync(self.product)
        garden = self.env["product.category"].create({"name": "Jardim"})
        self.product.categ_id = garden
        self.export()
        self.export()

        sent = self.hub.products()["LUM-LED"]
        self.assertEqual(sent["customCategory"], {"alternativeId": str(garden.id)})

    def test_a_product_that_is_created_while_its_category_arrives_says_it_next(self):
        exporter = self.env["plug4market.sku.exporter"]
        sku = self.env["plug4market.sku"]._ensure(self.company, self.product)
        sku._mark_pending()
        self.env.flush_all()
        self.enterContext(exporter._at_work())
        exporter._lease_due(sku.ids)
        self.env.invalidate_all()
        rows = self.env["plug4market.category"]._ensure(self.company, self.light)
        for row in rows:
            row._settle({"sent_values": row._wanted(), "state": "synced"})
        self.env.flush_all()
        exporter._settle([(sku, {"sent_sku": "LUM-LED", "state": "synced"})])
        self.env.invalidate_all()
        self.assertEqual(sku.state, "pending")

    def test_a_code_that_exists_is_matched_in_the_tree(self):
        self.client().create_custom_category("Casa", str(self.house.id))
        self.sync(self.product)

        row = self.category_row(self.house)
        self.assertEqual((row.state, row.problem), ("synced", False))
        self.assertEqual(len(self.tree()), 2)

    def test_a_code_that_exists_elsewhere_says_so_and_is_used(self):
        self.client().create_custom_category("Iluminação", str(self.light.id))
        self.sync(self.product)

        self.assertRegex(self.category_row(self.light).problem, "another parent")
        sent = self.hub.products()["LUM-LED"]
        self.assertEqual(sent["customCategory"], {"alternativeId": str(self.light.id)})

    def test_one_refused_category_stops_no_other_and_no_product(self):
        garden = self.env["product.category"].create({"name": "Jardim"})
        plant = self.make_offer("VAS-1", "Vaso", 20)
        plant.categ_id = garden
        self.hub.faults(bad_request={"calls": 1, "path_prefix": TREE, "form": "string"})
        self.sync(self.product | plant)

        refused = self.category_row(self.house)
        self.assertEqual(refused.state, "error")
        self.assertRegex(refused.problem, "refused")
        self.assertRegex(self.category_row(self.light).problem, "parent category Casa")
        self.assertEqual(self.category_row(garden).state, "synced")
        self.assertNotIn("customCategory", self.hub.products()["LUM-LED"])
        self.assertIn("customCategory", self.hub.products()["VAS-1"])

        self.hub.forget_calls()
        self.export()
        self.assertFalse(self.calls(), "a refused category is not repeated by itself")
        refused.action_send()
        self.export()
        self.assertEqual(self.category_row(self.light).state, "synced")
        self.assertIn("customCategory", self.hub.products()["LUM-LED"])

    def test_a_hub_that_is_down_is_tried_again(self):
        self.hub.faults(server_error={"calls": 1, "path_prefix": TREE})
        self.sync(self.product)
        row = self.category_row(self.house)
        self.assertEqual((row.state, row.attempts), ("pending", 1))

        row.next_attempt_at = "2020-01-01"
        self.export()
        self.assertEqual(row.state, "synced")
        self.assertIn("customCategory", self.hub.products()["LUM-LED"])

    def test_without_a_free_call_it_waits_and_counts_no_attempt(self):
        self.env["ir.config_parameter"].set_param(
            "plug4market_connector.calls_per_minute", "6"
        )
        self.sync(self.product)
        waiting = self.category_row(self.light)
        self.assertEqual((waiting.state, waiting.attempts), ("pending", 0))
        self.assertRegex(waiting.problem, "calls")

    def test_a_renamed_category_says_what_to_do_in_the_panel(self):
        self.sync(self.product)
        self.hub.forget_calls()
        self.light.name = "Luzes"
        self.export()
        row = self.category_row(self.light)
        self.assertEqual(row.state, "error")
        self.assertRegex(row.problem, "called Iluminação.*Luzes.*panel")
        self.assertFalse(self.hub.calls())

        self.light.name = "Iluminação"
        self.export()
        self.assertEqual((row.state, row.problem), ("synced", False))

    def test_send_believes_the_hub_after_it_was_renamed_in_the_panel(self):
        self.sync(self.product)
        self.light.name = "Luzes"
        self.export()
        row = self.category_row(self.light)
        row.action_send()
        self.env.invalidate_all()
        self.assertRegex(row.problem, "called Iluminação")

        client = self.client()
        (root,) = client.list_custom_categories()
        (node,) = client.list_custom_categories(root.hub_id)
        client.request("DELETE", f"{TREE}/{node.hub_id}", expect="any")
        client.create_custom_category("Luzes", str(self.light.id), str(self.house.id))
        shown = row.action_send()
        self.env.invalidate_all()
        self.assertEqual((row.state, row.problem), ("synced", False))
        self.assertEqual(shown["params"]["type"], "success")

    def test_a_moved_category_says_so(self):
        self.sync(self.product)
        self.light.parent_id = False
        self.export()
        self.assertRegex(self.category_row(self.light).problem, "another parent")

    def test_each_store_has_its_own_tree(self):
        self.sync(self.product)
        other = self.env["res.company"].create({"name": "Outra loja"})
        body = self.light._plug4market_prepare_body_values(other)
        self.assertEqual(body["custom_category"], "")


class TestMapping(CategoryCase):
    def setUp(self):
        super().setUp()
        self.light.plug4market_mapping_ids = [
            (0, 0, {"channel_id": self.shopee.id, "channel_category": "100532"})
        ]

    def test_a_category_is_mapped_to_a_channels_own(self):
        self.sync(self.product)
        self.assertEqual(
            self.calls(path=MAPPING),
            [
                {
                    "categories": [
                        {
                            "name": "Iluminação",
                            "alternativeId": str(self.light.id),
                            "fatherAlternativeId": str(self.house.id),
                        }
                    ],
                    "saleChannelCategoryId": "100532",
                    "saleChannel": 26,
                }
            ],
        )

    def test_only_a_changed_mapping_is_sent(self):
        self.sync(self.product)
        self.hub.forget_calls()
        self.light.plug4market_mapping_ids = [
            (0, 0, {"channel_id": self.amazon.id, "channel_category": "luz"})
        ]
        self.export()

        (call,) = self.hub.calls()
        self.assertEqual(call["body"]["saleChannel"], 1)
        self.assertEqual(self.category_row(self.light).state, "synced")

    def test_a_removed_mapping_says_what_to_do_in_the_panel(self):
        self.sync(self.product)
        self.light.plug4market_mapping_ids.unlink()
        self.export()
        self.assertRegex(self.category_row(self.light).problem, "Shopee.*panel")

    def test_a_mapping_to_mercado_livre_counts_as_its_category(self):
        self.choose(self.mercado_livre)
        self.light.plug4market_mapping_ids = [
            (0, 0, {"channel_id": self.mercado_livre.id, "channel_category": "MLB1"})
        ]
        self.sync(self.product)
        self.assertEqual(set(self.sent_channels()), {7})

    def test_a_marketplace_user_maps_and_a_stranger_sees_nothing(self):
        self.sync(self.product)
        user = new_test_user(
            self.env,
            login="mapper",
            groups="plug4market_connector.plug4market_connector_group_user",
        )
        mapping = self.light.with_user(user).plug4market_mapping_ids
        mapping.channel_category = "7"
        self.product.with_user(user).plug4market_channel_ids = self.shopee
        self.announcement(self.shopee).with_user(user).price = 5
        self.env.flush_all()

        other = self.env["res.company"].create({"name": "Outra loja"})
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="plug4market_connector.plug4market_connector_group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ("plug4market.announcement", "plug4market.category"):
            self.assertTrue(self.env[model].search([]))
            self.assertFalse(self.env[model].with_user(stranger).search([]))
