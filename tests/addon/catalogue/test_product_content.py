"""The technical sheet, attributes and promotion of a product, as the hub gets them."""

from datetime import timedelta
from unittest.mock import patch

from product_case import ProductCase
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

HUB_ID = "5bd2090818158a00017de233"
SHEET = "odoo.addons.plug4market_connector.models.catalogue.product_template"


class ContentCase(ProductCase):
    def setUp(self):
        super().setUp()
        # A product that was just made says in its context that variants are not.
        self.template = self.product.product_tmpl_id.with_env(self.env)

    def sent(self, sku="GAR-750"):
        return self.hub.products()[sku]

    def attribute(self, name, *values, **options):
        return self.env["product.attribute"].create(
            {
                "name": name,
                "value_ids": [Command.create({"name": value}) for value in values],
                **options,
            }
        )

    def give(self, attribute, values=None):
        """Give the template an attribute, with some or all of its values."""
        values = values or attribute.value_ids
        line = {"attribute_id": attribute.id, "value_ids": [Command.set(values.ids)]}
        self.template.attribute_line_ids = [Command.create(line)]


class TestSheet(ContentCase):
    def test_the_whole_sheet_is_sent_in_the_hubs_words(self):
        sheet = {
            "brand": ("Marca", "brand", "Marca"),
            "model": ("M1", "model", "M1"),
            "origin": ("importado", "origin", "importado"),
            "gender": ("bebe", "gender", "bebe"),
            "condition": ("novo", "condition", "novo"),
            "warranty": (3.5, "warranty", 3.5),
            "ncm": ("94051190", "ncm", "9405.11.90"),
            "cest": ("2100100", "cest", "2100100"),
            "ex_tipi": ("01", "ex_tipi", "01"),
            "fci": ("F-1", "fci", "F-1"),
            "csosn": ("102", "csosn", "102"),
            "manufacturer_part_number": ("MPN", "manufacturerPartNumber", "MPN"),
            "anatel_code": ("1", "anatelCode", "1"),
            "anvisa_code": ("2", "anvisaCode", "2"),
            "inmetro_code": ("3", "inmetroCode", "3"),
            "mapa_code": ("4", "mapaCode", "4"),
            "cross_docking_days": (2, "crossDockingDays", 2),
            "measurement_unit": ("cm³", "measurementUnit", "cm³"),
            "unit_multiplier": (0.125, "unitMultiplier", 0.125),
        }
        self.template.write({f"plug4market_{n}": v for n, (v, _, _) in sheet.items()})
        self.sync()

        sent = self.sent()
        expected = {name: value for _, name, value in sheet.values()}
        self.assertEqual({name: sent.get(name) for name in expected}, expected)

    def test_an_empty_sheet_is_not_sent_and_a_cleared_field_is_cleared(self):
        self.sync()
        (call,) = self.hub.calls(method="POST")
        self.assertFalse({"brand", "warranty", "ncm", "images"} & call["body"].keys())

        self.template.plug4market_brand = "Marca"
        self.export()
        self.assertEqual(self.sent()["brand"], "Marca")
        self.template.plug4market_brand = False
        self.export()
        self.assertFalse(self.sent()["brand"])

    def test_another_addons_ncm_counts_where_there_is_none_of_ours(self):
        self.template.categ_id = self.env["product.category"].create(
            {"name": "6109.10"}
        )
        with patch(f"{SHEET}.NCM_SOURCES", ("ncm_id.code", "categ_id.name")):
            self.assertEqual(self.template._plug4market_find_ncm(), "6109.10")
            self.template.categ_id.name = "6109 10 00"
            self.assertEqual(self.template._plug4market_find_ncm(), "6109.10.00")
            self.template.plug4market_ncm = "94051190"
            self.assertEqual(self.template._plug4market_find_ncm(), "9405.11.90")

    def test_the_description_of_its_own_the_sales_one_or_the_name(self):
        self.template.description_sale = "Linha 1\nLinha 2"
        self.template.plug4market_description = "<div>Nova</div><div>Boa</div>"
        self.sync()
        self.assertEqual(self.sent()["description"], "Nova<br />Boa")

        self.template.plug4market_description = "<p><br></p>"
        self.export()
        self.assertEqual(self.sent()["description"], "Linha 1<br />Linha 2")

        self.template.description_sale = False
        self.export()
        self.assertEqual(self.sent()["description"], "Garrafa")

    def test_image_and_video_addresses_are_checked_and_sent(self):
        for wrong in ("ftp://a.com/1.jpg", "foto.jpg", "https://a.com/a b.jpg"):
            with self.assertRaisesRegex(ValidationError, "is no address"):
                self.template.plug4market_image_urls = f"https://a.com/1.jpg\n{wrong}"
        self.template.write(
            {
                "plug4market_image_urls": "https://a.com/1.jpg\n\n https://a.com/2.jpg",
                "plug4market_video_urls": "https://a.com/v",
            }
        )
        self.sync()

        sent = self.sent()
        self.assertEqual(sent["images"], ["https://a.com/1.jpg", "https://a.com/2.jpg"])
        self.assertEqual(sent["videos"], ["https://a.com/v"])

    def test_texts_are_sent_in_the_stores_language_whoever_sends_them(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.template.with_context(lang="pt_BR").name = "Garrafa térmica"
        self.template.name = "Bottle"
        self.env.ref("base.user_admin").lang = "pt_BR"
        self.sync()
        self.assertEqual(self.sent()["productName"], "Garrafa térmica")
        self.hub.forget_calls()
        self.template.plug4market_brand = self.template.plug4market_brand
        self.export()
        self.assertFalse(self.hub.calls())


class TestAttributes(ContentCase):
    def test_an_attributes_name_says_which_field_it_fills(self):
        fields_of = {
            "Cor": "color",
            "Tamanho": "size",
            "VOLTAGEM ": "voltage",
            "Sabor": "flavor",
            "Potência": "potency",
            "Modelo": "modelo",
            "Material": "metafield",
        }
        for name, field in fields_of.items():
            self.assertEqual(self.attribute(name).plug4market_field, field, name)

    def test_a_choice_survives_a_new_name(self):
        attribute = self.attribute("Cor", plug4market_field="metafield")
        attribute.name = "Cores"
        self.assertEqual(attribute.plug4market_field, "metafield")

    def test_the_hubs_id_is_sent_or_the_label(self):
        colour = self.attribute("Cor", "Azul")
        size = self.attribute("Tamanho", "G", create_variant="no_variant")
        colour.value_ids.plug4market_hub_id = HUB_ID
        self.give(colour)
        self.give(size)
        self.sync()

        sent = self.sent()
        self.assertEqual((sent["color"], sent["size"]), (HUB_ID, "G"))
        with self.assertRaisesRegex(ValidationError, "24 characters"):
            size.value_ids.plug4market_hub_id = "5bd2"

    def test_each_variant_has_its_own_values_and_shares_the_group(self):
        colour = self.attribute("Cor", "Azul", "Preto")
        self.give(colour)
        blue, black = self.template.product_variant_ids
        package = {
            "weight": 1,
            "plug4market_width": 1,
            "plug4market_height": 1,
            "plug4market_length": 1,
        }
        blue.write({"default_code": "GAR-A", **package})
        black.write({"default_code": "GAR-P", **package})
        self.sync(blue | black)

        products = self.hub.products()
        self.assertEqual(products["GAR-A"]["color"], "Azul")
        self.assertEqual(products["GAR-P"]["color"], "Preto")
        self.assertEqual(products["GAR-A"]["productId"], products["GAR-P"]["productId"])

    def test_other_attributes_and_the_sheet_are_metafields_but_no_buyers_choice(self):
        self.give(self.attribute("Material", "Aço", create_variant="no_variant"))
        self.give(self.attribute("Gravação", "Sim", "Não", create_variant="no_variant"))
        self.template.plug4market_metafield_ids = [
            Command.create({"key": "Potência", "value": "9 W"})
        ]
        self.sync()
        self.assertEqual(
            self.sent()["metafields"],
            [{"key": "Material", "value": "Aço"}, {"key": "Potência", "value": "9 W"}],
        )

    def test_a_characteristic_stands_on_the_sheet_once(self):
        lines = [{"key": "Voltagem", "value": "1"}, {"key": "voltagem", "value": "2"}]
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.template.plug4market_metafield_ids = list(map(Command.create, lines))
            self.env.flush_all()

    def test_a_characteristic_with_two_values_is_said_and_sent_once(self):
        self.give(self.attribute("Material", "Aço"))
        self.template.plug4market_metafield_ids = [
            Command.create({"key": "material", "value": "Vidro"})
        ]
        self.sync()
        self.assertEqual(
            self.sent()["metafields"], [{"key": "Material", "value": "Aço"}]
        )
        self.assertIn("Two values for material", self.product.plug4market_warnings)


class TestPromotion(ContentCase):
    def promote(self, price, start=-1, end=9):
        now = fields.Datetime.now()
        self.product.write(
            {
                "plug4market_promo_price": price,
                "plug4market_promo_start": start and now + timedelta(days=start),
                "plug4market_promo_end": end and now + timedelta(days=end),
            }
        )

    def test_a_promotion_is_sent_with_its_dates_changed_and_taken_back(self):
        self.sync()
        self.promote(99.9)
        self.export()
        sent = self.sent()
        self.assertEqual(sent["salePrice"], 99.9)
        self.assertTrue(sent["saleDateStart"].endswith("Z"))
        self.assertTrue(sent["saleDateEnd"] > sent["saleDateStart"])

        self.product.plug4market_promo_price = 89.9
        self.export()
        self.assertEqual(self.sent()["salePrice"], 89.9)
        self.assertEqual(self.product.plug4market_state, "synced")

        self.promote(False, False, False)
        self.export()
        self.assertIsNone(self.sent()["salePrice"])
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_a_promotion_that_makes_no_sense_is_said_and_not_sent(self):
        wrong = {
            "it has no price": (0,),
            "when it starts": (99.9, False),
            "it ended on": (99.9, -5, -2),
            "must be below": (119.9,),
        }
        for reason, promotion in wrong.items():
            with self.subTest(reason):
                self.promote(*promotion)
                self.env.invalidate_all()
                self.assertIn(reason, self.product.plug4market_warnings)
        self.sync()
        self.assertNotIn("salePrice", self.sent())
        self.assertEqual(self.product.plug4market_state, "synced")

    def test_a_promotion_is_one_companys(self):
        self.promote(99.9)
        other = self.env["res.company"].create({"name": "Outra"})
        self.env.user.company_ids += other
        product = self.product.with_company(other)
        product.invalidate_recordset()
        self.assertFalse(product.plug4market_promo_price)


class TestContentFollows(ContentCase):
    def setUp(self):
        super().setUp()
        self.colour = self.attribute("Cor", "Azul")
        self.give(self.colour)
        self.template.plug4market_metafield_ids = [
            Command.create({"key": "Material", "value": "Aço"})
        ]
        self.sync()
        self.export()
        self.hub.forget_calls()

    def changed(self):
        """What the one call that follows says."""
        self.export()
        (call,) = self.hub.calls()
        self.hub.forget_calls()
        return {name: v for name, v in call["body"].items() if name != "productId"}

    def test_what_the_content_is_made_of_follows(self):
        value, line = self.colour.value_ids, self.template.plug4market_metafield_ids
        value.name = "Azul-marinho"
        self.assertEqual(self.changed(), {"color": "Azul-marinho"})
        value.plug4market_hub_id = HUB_ID
        self.assertEqual(self.changed(), {"color": HUB_ID})
        self.colour.plug4market_field = "size"
        self.assertEqual(self.changed(), {"color": None, "size": HUB_ID})
        line.value = "Vidro"
        self.assertEqual(
            self.changed(), {"metafields": [{"key": "Material", "value": "Vidro"}]}
        )
        line.unlink()
        self.assertEqual(self.changed(), {"metafields": []})
        self.template.plug4market_warranty = 12
        self.assertEqual(self.changed(), {"warranty": 12})
        self.product.barcode = "7891234567895"
        self.assertEqual(self.changed(), {"ean": "7891234567895"})
        self.template.attribute_line_ids.unlink()
        self.assertEqual(self.changed(), {"size": None})

    def test_a_translation_follows(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.env.ref("base.user_admin").lang = "pt_BR"
        self.colour.value_ids.update_field_translations("name", {"pt_BR": "Anil"})
        self.assertEqual(self.changed(), {"color": "Anil"})
        self.template.update_field_translations("name", {"pt_BR": "Jarra"})
        self.assertEqual(self.changed(), {"productName": "Jarra", "name": "Jarra"})

    def test_an_extra_price_follows_on_the_lane_of_prices(self):
        ptav = self.template.attribute_line_ids.product_template_value_ids
        ptav.price_extra = 10
        self.env.flush_all()
        self.env.cr.precommit.run()
        marks = self.env["plug4market.sku.change"].search([])
        self.assertEqual(marks.mapped("lane"), ["price"])
        self.assertEqual(self.changed(), {"price": 129.9})

    def test_what_did_not_change_makes_no_call(self):
        self.colour.value_ids.name = "Azul"
        self.template.plug4market_metafield_ids.value = "Aço"
        self.template.plug4market_brand = False
        self.product.plug4market_promo_price = 0
        self.export()
        self.assertFalse(self.hub.calls())
        self.assertEqual(self.product.plug4market_state, "synced")
