"""Who bought: found, made, completed, and never overwritten."""

from unittest.mock import patch

from odoo_case import Plug4marketCase

from odoo.addons.plug4market_connector.hub import HubOrder

CNPJ_WITH_LETTERS = "12ABC34501DE35"
CPF = "52998224725"
CITY = {"city": "São Paulo", "state": "SP", "zipCode": "01310100", "ibge": None}


class TestOrderBuyer(Plug4marketCase):
    def sell(self, *, billing=None, shipping=None, **values):
        patch = {"billing": billing or {}, "shipping": shipping or {}}
        _hub, order = self.import_order(patch=patch, **values)
        return order

    def buyer(self, **billing):
        return self.sell(billing=billing).partner_id

    def existing(self, **values):
        return self.env["res.partner"].create({"name": "Cliente", **values})

    # -- found ----------------------------------------------------------------

    def test_a_buyer_is_found_however_the_document_is_written(self):
        writings = [
            (CPF, "529.982.247-25"),
            ("111.444.777-35", "11144477735"),
            ("03.007.331/0001-41", "03007331000141"),
            (CNPJ_WITH_LETTERS, "12.abc.345/01de-35"),
        ]
        for in_odoo, in_hub in writings:
            with self.subTest(in_odoo):
                known = self.existing()
                known.with_context(no_vat_validation=True).vat = in_odoo
                self.assertEqual(self.buyer(documentId=in_hub), known)

    def test_a_known_buyer_keeps_what_a_person_typed(self):
        known = self.existing(
            vat=CPF, email="de@casa.example", street_name="Rua Velha", zip="01310-100"
        )
        order = self.sell(billing={"documentId": CPF, "email": "novo@x.example"})
        self.notice_again(order)
        self.assertEqual(order.partner_id, known)
        self.assertEqual(known.email, "de@casa.example")
        self.assertEqual(known.street_name, "Rua Velha")
        self.assertEqual(known.zip, "01310-100")
        self.assertEqual(known.name, "Cliente")

    def notice_again(self, order):
        hub_order = self.hub.orders()[order.plug4market_order_uid]
        self.notice(hub_order)
        self.work()

    # -- made -----------------------------------------------------------------

    def test_a_cnpj_with_letters_makes_a_company_whatever_the_validator_knows(self):
        partners = type(self.env["res.partner"])
        with patch.object(partners, "_check_vat_number", lambda *_arguments: False):
            buyer = self.buyer(
                documentId="12.abc.345/01de-35",
                name="Loja & Cia",
                stateRegistrationId="110042490114",
            )
        self.assertEqual(buyer.vat, CNPJ_WITH_LETTERS)
        self.assertTrue(buyer.is_company)
        self.assertEqual(buyer.l10n_br_ie_code, "110042490114")
        self.assertEqual(
            buyer.l10n_latam_identification_type_id, self.env.ref("l10n_br.cnpj")
        )

    def test_a_person_has_a_cpf(self):
        buyer = self.buyer(documentId="529.982.247-25")
        self.assertFalse(buyer.is_company)
        self.assertEqual(buyer.vat, CPF)
        self.assertEqual(
            buyer.l10n_latam_identification_type_id, self.env.ref("l10n_br.cpf")
        )

    def test_the_address_is_split_and_its_place_known_in_every_spelling(self):
        place = {
            "street": "Av. Paulista",
            "streetNumber": "1000",
            "streetComplement": "Apto 12",
            "district": "Bela Vista",
            "zipCode": "01310100",
            "ibge": None,
        }
        spellings = [
            {"city": "São Paulo", "state": "SP", "country": "BR"},
            {"city": "SAO PAULO", "state": "são paulo", "country": "Brasil"},
            {"city": "sao  paulo", "state": "Sp", "country": None},
        ]
        brazil = self.env.ref("base.br")
        state = self.env.ref("base.state_br_sp")
        for spelling in spellings:
            with self.subTest(spelling):
                buyer = self.buyer(**place, **spelling)
                self.assertEqual(buyer.country_id, brazil)
                self.assertEqual(buyer.state_id, state)
                self.assertEqual(buyer.city_id.state_id, state)
                self.assertEqual(buyer.city, "São Paulo")
                self.assertEqual(buyer.zip, "01310-100")
                self.assertEqual(buyer.street_name, "Av. Paulista")
                self.assertEqual(buyer.street_number, "1000")
                self.assertEqual(buyer.street_number2, "Apto 12")
                self.assertEqual(buyer.street2, "Bela Vista")

    def test_a_foreign_address_gets_no_brazilian_state(self):
        buyer = self.buyer(
            country="US", state="SC", city="Charleston", zipCode="29401", ibge=None
        )
        self.assertEqual(buyer.country_id, self.env.ref("base.us"))
        self.assertFalse(buyer.state_id)
        self.assertEqual(buyer.city, "Charleston")

    def test_a_masked_document_leaves_vat_empty_and_is_kept(self):
        order = self.sell(
            billing={"documentId": "***.982.247-**", "email": "m***a@x.example"}
        )
        self.assertFalse(order.partner_id.vat)
        self.assertFalse(order.partner_id.email)
        self.assertEqual(order.plug4market_document, "***.982.247-**")

    # -- deliveries -----------------------------------------------------------

    def test_an_equal_delivery_contact_is_used_again_in_and_across_batches(self):
        gift = {
            "recipientName": "João",
            "street": "Rua Dois",
            "streetNumber": "2",
            "streetComplement": "",
            "district": "Centro",
        }
        gift |= CITY
        typed_otherwise = {**gift, "street": "RUA DOIS,"}
        hub_orders = []
        for batch in ([gift, typed_otherwise], [gift]):
            for shipping in batch:
                patch = {"billing": {"documentId": CPF}, "shipping": shipping}
                hub_orders.append(self.hub.order([("CAN-325", 1, 39.9)], patch=patch))
                self.notice(hub_orders[-1])
            self.work()
        orders = [self.find_order(hub_order) for hub_order in hub_orders]
        contacts = {order.partner_shipping_id for order in orders}
        self.assertEqual(len(contacts), 1)
        (contact,) = contacts
        self.assertEqual(contact.parent_id, orders[0].partner_id)
        self.assertEqual(contact.type, "delivery")
        self.assertEqual(contact.name, "João")

    def test_a_buyer_who_receives_at_home_needs_no_contact(self):
        order = self.sell()
        self.assertEqual(order.partner_shipping_id, order.partner_id)

    # -- completed ------------------------------------------------------------

    def test_what_was_masked_is_completed_on_the_next_news(self):
        self.hub.faults(buyer="masked")
        hub_order, order = self.import_order()
        buyer = order.partner_id
        self.assertFalse(buyer.email or buyer.phone or buyer.vat)
        buyer.phone = "+55 11 0000"

        self.hub.faults()
        self.hub.set_status(hub_order["id"], "APPROVED")
        self.notice(hub_order)
        self.work()
        shown = self.hub.get_order(hub_order["id"])["billing"]
        self.assertEqual(order.partner_id, buyer)
        self.assertEqual(buyer.vat, shown["documentId"])
        self.assertEqual(buyer.email, shown["email"])
        self.assertEqual(buyer.phone, "+55 11 0000")
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    def test_a_buyer_shown_late_may_be_one_that_odoo_knows(self):
        known = self.existing(vat=CPF)
        hub_order = self.hub.order(
            [("CAN-325", 1, 39.9)], patch={"billing": {"documentId": CPF}}
        )
        self.hub.faults(buyer="masked")
        self.notice(hub_order)
        self.work()
        order = self.find_order(hub_order)
        self.assertNotEqual(order.partner_id, known)
        seller = order.user_id

        self.hub.faults()
        self.notice(hub_order)
        self.work()
        self.assertEqual(order.partner_id, known)
        self.assertEqual(order.partner_shipping_id.commercial_partner_id, known)
        self.assertEqual(order.user_id, seller)
        self.assertEqual(order.state, "sale", order.plug4market_attention)

    def test_an_address_that_was_missing_is_completed(self):
        place = dict.fromkeys(
            ("street", "streetNumber", "district", "city", "state", "zipCode", "ibge")
        )
        hub_order = self.hub.order(
            [("CAN-325", 1, 39.9)], patch={"billing": place, "shipping": place}
        )
        self.notice(hub_order)
        self.work()
        order = self.find_order(hub_order)
        self.assertFalse(order.partner_shipping_id.zip)

        order.partner_id.email = "typed@x.example"
        importer = self.env["plug4market.order.import"]
        shown = self.hub.get_order(hub_order["id"])
        shown["billing"] |= {"street": "Rua Um", **CITY}
        shown["shipping"] |= {"street": "Rua Dois", **CITY}
        importer._import_orders(self.company, [HubOrder.from_json(shown)])
        self.assertEqual(order.partner_id.street_name, "Rua Um")
        self.assertEqual(order.partner_id.email, "typed@x.example")
        self.assertEqual(order.partner_shipping_id.street_name, "Rua Dois")
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)
