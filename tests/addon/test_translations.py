"""Portuguese is complete, and the template is what Odoo exports now."""

import io
import re
from pathlib import Path

import polib
from odoo_case import Plug4marketCase

from odoo.tools.translate import trans_export

from odoo.addons.plug4market_connector.hub import HubUnreachable
from odoo.addons.plug4market_connector.messages import explain

import devkit.paths

I18N = Path(devkit.paths.ROOT) / "plug4market_connector" / "i18n"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


class TestTranslations(Plug4marketCase):
    def test_the_template_is_what_odoo_exports(self):
        buffer = io.BytesIO()
        trans_export(False, ["plug4market_connector"], buffer, "po", self.env)
        exported = polib.pofile(buffer.getvalue().decode())
        template = polib.pofile(str(I18N / "plug4market_connector.pot"))

        self.assertEqual(
            {entry.msgid for entry in exported}, {entry.msgid for entry in template}
        )

    def test_portuguese_says_everything_with_the_same_placeholders(self):
        template = polib.pofile(str(I18N / "plug4market_connector.pot"))
        portuguese = polib.pofile(str(I18N / "pt_BR.po"))
        said = {e.msgid: e.msgstr for e in portuguese if e.msgstr and not e.fuzzy}

        self.assertEqual({entry.msgid for entry in template}, said.keys())
        for source, translation in said.items():
            self.assertEqual(
                sorted(PLACEHOLDER.findall(source)),
                sorted(PLACEHOLDER.findall(translation)),
                source,
            )

    def test_messages_reach_a_portuguese_user_in_portuguese(self):
        _hub, order = self.import_order([("NEW-1", 1, 50.0)])
        order = order.with_context(lang="pt_BR")
        self.assertIn("Nenhum produto tem o SKU NEW-1", order.plug4market_attention)
        labels = [entry["label"] for entry in order.plug4market_menu]
        self.assertEqual(
            labels,
            [
                "Enviar nota fiscal",
                "Informar envio",
                "Informar entrega",
                "Cancelar pedido",
            ],
        )

    def test_an_error_is_explained_in_portuguese(self):
        portuguese = self.env(context={"lang": "pt_BR"})
        self.assertEqual(
            explain(portuguese, HubUnreachable("English")),
            "Não foi possível acessar o Plug4Market no momento. "
            "Uma nova tentativa será feita automaticamente.",
        )

    def test_menus_and_actions_are_named_in_portuguese(self):
        names = {
            "product_product_menu_plug4market": "Sincronização de produtos",
            "plug4market_orders_menu": "Pedidos",
            "sale_order_action_plug4market_cancelled": "Pedidos cancelados",
            "account_move_action_plug4market_send_invoice": (
                "Marketplace: Enviar nota fiscal"
            ),
        }
        for xmlid, name in names.items():
            record = self.env.ref(f"plug4market_connector.{xmlid}")
            self.assertEqual(record.with_context(lang="pt_BR").name, name)
