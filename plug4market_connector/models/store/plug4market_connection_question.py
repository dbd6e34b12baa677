from odoo import fields, models

from ...hub import StoreInQuestion, clear_cnpj

QUESTIONS = [
    ("other_store", "Is it another store?"),
    ("other_database", "Is it another database?"),
]


class Plug4marketConnection(models.Model):
    """Which store Odoo knows, and the question that stops one which is another.

    What Odoo takes the hub to have was sent to one store, at one address. With tokens
    of another, nothing of it is true, and only a person knows what is meant.
    """

    _inherit = "plug4market.connection"

    known_store = fields.Char(
        readonly=True, help="The CNPJ of the store that the SKUs were sent to."
    )
    known_origin = fields.Char(
        readonly=True, help="The scheme, host and port that the SKUs were sent to."
    )
    question = fields.Selection(
        QUESTIONS,
        readonly=True,
        help="What a person has to say before the next call is made.",
    )
    asked_at = fields.Datetime(readonly=True)

    # -- which store ----------------------------------------------------------

    def _remember_store(self):
        """Keep which store was meant until now, as far as its tokens say it."""
        if self.question:
            return
        values = {}
        if not self.known_store:
            values["known_store"] = clear_cnpj(self.store_cnpj)
        if not self.known_origin and self._token_pair():
            values["known_origin"] = self.token_origin
        self.write(values)

    def _take_store(self):
        """Let the store of the present tokens be the one that is known from now on."""
        self.write(
            {
                "known_store": clear_cnpj(self.store_cnpj) or self.known_store,
                "known_origin": self.token_origin,
            }
        )

    def _is_of_other_store(self, pair):
        """Whether ``pair`` opens another store, or another address, than is known.

        A CNPJ that is masked or missing says nothing.
        """
        store = clear_cnpj(pair.store_cnpj)
        if self.known_store and store and store != self.known_store:
            return True
        return bool(self.known_origin) and self.token_origin != self.known_origin

    # -- the question ---------------------------------------------------------

    def _check_question(self):
        """See that nobody has to say first what these tokens are.

        :raise StoreInQuestion: when somebody has
        """
        if self.question:
            raise StoreInQuestion(f"a person has to answer: {self.question}")

    def _ask(self, question):
        """Let no call be made until a person has answered; what waits is kept."""
        self.write(
            # The moment by which rows of the same transaction are dated too.
            {"state": "question", "question": question, "asked_at": self.env.cr.now()}
        )
        self.company_id._plug4market_ask_person()

    def _withdraw_question(self):
        """Other tokens came, or none: what was asked of the last ones is settled."""
        if self.question:
            self.write({"question": False, "asked_at": False})
            self.company_id._plug4market_answered()

    def _take_answer(self, question):
        """Let the store go on; return when it was asked, False if it was not.

        Who clicks at the same time as another waits for him, and answers nothing.
        """
        self._wait_for_row()
        self.invalidate_recordset()
        if self.question != question:
            return False
        asked_at = self.asked_at
        self._withdraw_question()
        self.state = "connected" if self._token_pair() else "disconnected"
        return asked_at
