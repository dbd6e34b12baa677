"""What other addons may build on our fields."""

from odoo_case import Plug4marketCase

WORDS = ("char", "text", "html")


class TestFields(Plug4marketCase):
    def test_only_words_hang_on_the_language(self):
        """Odoo hands a context on to related fields, and mixes up stored ones.

        A field of another addon that keeps such a value would miss its changes.
        """
        by_context = self.env.registry.field_depends_context
        wrong = [
            str(field)
            for model in self.env.values()
            for name, field in model._fields.items()
            if name.startswith("plug4market_")
            and "lang" in by_context[field]
            and field.type not in WORDS
        ]
        self.assertFalse(wrong, "Compute the words in a method of their own.")

    def test_what_the_nfe_says_of_the_intermediary_is_the_same_in_every_language(self):
        by_context = self.env.registry.field_depends_context
        order = self.env["sale.order"]
        for name in ("cnpj", "seller_id"):
            field = order._fields[f"plug4market_intermediary_{name}"]
            self.assertNotIn("lang", by_context[field], name)
