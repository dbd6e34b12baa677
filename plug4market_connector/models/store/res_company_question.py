from odoo import fields, models
from odoo.exceptions import AccessError

from ...hub import CredentialsError, StoreInQuestion
from ...messages import notification
from .plug4market_connection_question import QUESTIONS

QUESTION_ACTIVITY = "plug4market_connector.mail_activity_question"


class ResCompany(models.Model):
    """What a person is asked about a store, and what follows from each answer."""

    _inherit = "res.company"

    plug4market_question = fields.Selection(
        QUESTIONS,
        compute="_compute_plug4market_question",
        help="Nothing is sent or received until it is answered.",
    )
    plug4market_question_text = fields.Text(
        compute="_compute_plug4market_question", groups="base.group_system"
    )

    def _compute_plug4market_question(self):
        for company in self:
            connection = company._plug4market_connection()
            company.plug4market_question = connection.question
            company.plug4market_question_text = (
                connection.question and company._plug4market_question_words(connection)
            )

    # -- asking ---------------------------------------------------------------

    def _plug4market_was_sent(self):
        """Whether there is anything that Odoo takes the store's hub to have."""
        own = [("company_id", "=", self.id)]
        return any(
            self.env[model].sudo().search_count([*own, *sent], limit=1)
            for model, sent in (
                ("plug4market.sku", [("sent_sku", "!=", False)]),
                ("plug4market.category", [("synced_at", "!=", False)]),
                ("plug4market.order.event", [("state", "=", "pending")]),
            )
        )

    def _plug4market_why_refused(self):
        """The error of a call that this store would make now, which it may not."""
        stopped = self._plug4market_connection().question
        return StoreInQuestion("") if stopped else CredentialsError("")

    def _plug4market_question_words(self, connection):
        """What is asked about this company's store."""
        if connection.question == "other_database":
            return self.env._(
                "This is not the database in which the store was connected: it was "
                "moved, restored from a backup, or copied. Two databases that speak "
                "for one store lock each other out and sell the same stock twice."
            )
        return self.env._(
            "These tokens are of store %(store)s at %(origin)s. What Odoo knows of the "
            "products, announcements and categories on Plug4Market is of store "
            "%(known_store)s at %(known_origin)s.",
            store=connection.store_cnpj or "?",
            origin=connection.token_origin or "?",
            known_store=connection.known_store or "?",
            known_origin=connection.known_origin or "?",
        )

    def _plug4market_ask_person(self):
        """Leave one activity that says what is to be answered, and where."""
        self.ensure_one()
        company = self.with_context(lang=self._plug4market_lang())
        partner = company.partner_id.sudo()
        partner.activity_unlink([QUESTION_ACTIVITY])
        partner.activity_schedule(
            QUESTION_ACTIVITY,
            user_id=self._plug4market_person().id,
            summary=company.env._("Plug4Market waits for an answer"),
            note=company.env._(
                "%(question)s Until somebody with the access right Settings answers on "
                "the Integration tab of %(company)s, nothing is sent and no order is "
                "fetched; what comes meanwhile is kept.",
                question=company._plug4market_question_words(
                    self._plug4market_connection()
                ),
                company=self.name,
            ),
        )

    def _plug4market_answered(self):
        """Mark as done what asked for an answer."""
        company = self.with_context(lang=self._plug4market_lang())
        company.partner_id.sudo().activity_feedback(
            [QUESTION_ACTIVITY], feedback=company.env._("It was answered.")
        )

    # -- answers --------------------------------------------------------------

    def action_plug4market_start_afresh(self):
        """It is another store: it has nothing of what was sent to the old one."""
        connection, asked_at = self._plug4market_take_answer("other_store")
        if not asked_at:
            return self._plug4market_no_question()
        connection._take_store()
        # A sweep would look for the old store's orders in the new one's lists.
        connection.swept_at = False
        self._plug4market_forget_old_store(asked_at)
        self._plug4market_go_on_with_store()
        return notification(
            self.env._(
                "All that is on sale is created, or found, in this store. Orders that "
                "the old store had are not told anything any more. Register the "
                "webhook address below in this store too, if you have not yet."
            ),
            kind="success",
            title=self.env._("The store starts afresh"),
            sticky=True,
            next="reload",
        )

    def action_plug4market_same_store(self):
        """It is the same store under another name: what was sent to it is there."""
        connection, asked_at = self._plug4market_take_answer("other_store")
        if not asked_at:
            return self._plug4market_no_question()
        connection._take_store()
        self.env["plug4market.sku"].sudo()._send_whole(self)
        self._plug4market_go_on_with_store()
        return self._plug4market_goes_on(
            self.env._("Everything is kept, and all products are sent whole once.")
        )

    def action_plug4market_database_moved(self):
        """The database lives here now; the old one is not used any more."""
        connection, asked_at = self._plug4market_take_answer("other_database")
        if not asked_at:
            return self._plug4market_no_question()
        connection._take_database()
        self.env["plug4market.reconciliation"]._restart(self)
        self._plug4market_go_on_with_store()
        return self._plug4market_goes_on(
            self.env._("This database speaks for the store from now on.")
        )

    def action_plug4market_database_restored(self):
        """It is a backup: the hub has more than Odoo knows."""
        connection, asked_at = self._plug4market_take_answer("other_database")
        if not asked_at:
            return self._plug4market_no_question()
        connection._take_database()
        connection.write({"swept_at": False, "reads_all_orders": True})
        self.env["plug4market.sku"].sudo()._send_whole(self)
        self.env["plug4market.reconciliation"]._restart(self)
        self._plug4market_go_on_with_store()
        return self._plug4market_goes_on(
            self.env._(
                "All products are sent whole, and the orders of the last 30 days are "
                "looked through for those that the backup does not have."
            )
        )

    def action_plug4market_database_copied(self):
        """It is a copy: the other database goes on speaking for the store."""
        connection, asked_at = self._plug4market_take_answer("other_database")
        if not asked_at:
            return self._plug4market_no_question()
        connection._drop_pair()
        connection.known_database = False
        self.sudo().write(
            {"plug4market_active": False, "plug4market_webhook_token": False}
        )
        return notification(
            self.env._(
                "The tokens were removed from this copy, and Plug4Market is switched "
                "off in it."
            ),
            kind="success",
            next="reload",
        )

    def _plug4market_take_answer(self, question):
        """The connection that was asked about, and when that was: None if never."""
        self.ensure_one()
        if not self.env.is_system():
            raise AccessError(
                self.env._(
                    "Only users with the access right Settings may answer this: they "
                    "look after the tokens of the store. Ask one of them."
                )
            )
        self.check_access("write")
        connection = self.sudo()._plug4market_connection()
        return connection, connection and connection._take_answer(question)

    def _plug4market_forget_old_store(self, asked_at):
        """Take nothing of what Odoo sent or read until ``asked_at`` to be there."""
        self.env["plug4market.sku"].sudo()._start_afresh(self)
        self.env["plug4market.category"].sudo()._start_over(self)
        self.env["plug4market.order.event"].sudo()._end_old_orders(self, asked_at)
        own = [("company_id", "=", self.id)]
        self.env["plug4market.comparison"].sudo().search(own).unlink()

    def _plug4market_go_on_with_store(self):
        """What waits is due, and orders are asked for at once."""
        self.env["plug4market.patient.mixin"].sudo()._resume(self, anew=True)
        poll = self.env.ref("plug4market_connector.ir_cron_plug4market_poll_orders")
        poll.sudo()._trigger()

    def _plug4market_no_question(self):
        """What a second click is told: the first was taken."""
        return notification(
            self.env._("This was answered already."), kind="info", next="reload"
        )

    def _plug4market_goes_on(self, words):
        return notification(
            words,
            kind="success",
            title=self.env._("The store goes on"),
            next="reload",
        )
