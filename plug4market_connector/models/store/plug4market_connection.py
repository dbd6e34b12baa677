import logging
from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...hub import (
    CredentialsError,
    ForbiddenAddress,
    MalformedToken,
    Plug4MarketClient,
    TokenPair,
    hub_origin,
    naive_utc,
)
from ...transaction import own_transaction, work_for_each

_logger = logging.getLogger(__name__)

CRON = "plug4market_connector.ir_cron_plug4market_refresh_tokens"


class Plug4marketConnection(models.Model):
    """The tokens of one store, in a table of their own.

    Workers lock this row while they renew the tokens; a lock on ``res_company`` would
    collide with every transaction that references the company.
    """

    _name = "plug4market.connection"
    _description = "Plug4Market Store Connection"
    _rec_name = "company_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    access_token = fields.Char(groups="base.group_system", copy=False)
    refresh_token = fields.Char(groups="base.group_system", copy=False)
    token_origin = fields.Char(
        compute="_compute_token_origin",
        store=True,
        groups="base.group_system",
        help="The scheme, host and port that the tokens may be sent to.",
    )
    access_token_issued = fields.Datetime(readonly=True)
    access_token_expiry = fields.Datetime(readonly=True)
    refresh_token_expiry = fields.Datetime(readonly=True)
    store_cnpj = fields.Char(readonly=True)
    software_house_cnpj = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("disconnected", "Not connected"),
            ("connected", "Connected"),
            ("error", "Needs new tokens"),
            ("question", "Waits for an answer"),
        ],
        default="disconnected",
        required=True,
        readonly=True,
    )
    message = fields.Text(readonly=True)
    swept_at = fields.Datetime("Open orders compared on", readonly=True)

    _company_uniq = models.UniqueIndex("(company_id)")

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        self.env["plug4market.budget"].sudo().create(
            [{"company_id": connection.company_id.id} for connection in connections]
        )
        return connections

    # Not by the address, on purpose: it stays what it was when the tokens came.
    @api.depends("access_token", "refresh_token")
    def _compute_token_origin(self):
        for connection in self:
            address = connection.sudo().company_id.plug4market_api_url
            connection.token_origin = hub_origin(address)

    # -- tokens ---------------------------------------------------------------

    def _token_pair(self):
        """The stored pair, or None while the store is not connected."""
        self.ensure_one()
        if not self.access_token or not self.refresh_token:
            return None
        return TokenPair(self.access_token, self.refresh_token)

    def _store_pair(self, pair):
        """Write ``pair`` and what its claims say, and let the store call again."""
        self.ensure_one()
        self.write(
            {
                "access_token": pair.access_token,
                "refresh_token": pair.refresh_token,
                "access_token_issued": naive_utc(pair.access_issued),
                "access_token_expiry": naive_utc(pair.access_expiry),
                "refresh_token_expiry": naive_utc(pair.refresh_expiry),
                "store_cnpj": pair.store_cnpj or self.store_cnpj,
                "software_house_cnpj": pair.software_house_cnpj
                or self.software_house_cnpj,
                "state": "connected",
                "message": False,
            }
        )

    def _drop_pair(self):
        """Forget the tokens: the store makes no call until others are pasted."""
        for connection in self:
            connection._remember_store()
        self.write(
            {
                "access_token": False,
                "refresh_token": False,
                "access_token_issued": False,
                "access_token_expiry": False,
                "refresh_token_expiry": False,
                "state": "disconnected",
            }
        )
        for connection in self:
            connection._withdraw_question()

    def _paste(self, access_token, refresh_token):
        """Take the tokens a person pasted, raw or base64-wrapped.

        :raise ValidationError: when a value is not a token of the hub
        """
        self.ensure_one()
        if not access_token and not refresh_token:
            self._drop_pair()
            return
        self._remember_store()
        problem = self.company_id._plug4market_explain_address()
        if problem:
            raise ValidationError(problem)
        try:
            pair = TokenPair.from_pasted(access_token or "", refresh_token or "")
        except MalformedToken as error:
            raise ValidationError(self._malformed_token_message(error.field)) from error
        self._store_pair(pair)
        self._withdraw_question()
        self._remember_database()
        self.company_id._plug4market_tokens_came()
        if self._is_of_other_store(pair) and self.company_id._plug4market_was_sent():
            self._ask("other_store")
            return
        self._take_store()
        self.env["plug4market.patient.mixin"]._resume(self.company_id, anew=True)

    def _malformed_token_message(self, field):
        if field == "refresh":
            return self.env._(
                "The refresh token is not a Plug4Market token. In Plug4Market, open "
                "Lojas > Detalhes > Gerar Tokens, copy the whole “Token de Renovação” "
                "and paste it here."
            )
        return self.env._(
            "The access token is not a Plug4Market token. In Plug4Market, open "
            "Lojas > Detalhes > Gerar Tokens, copy the whole “Token de Acesso” and "
            "paste it here."
        )

    def _renew(self, failed_pair=None):
        """Renew the tokens, one worker at a time, and commit them before use.

        Both tokens rotate (docs/hub-api.md 2.4), so who loses the answer locks the
        store out: the row is locked, the hub asked, the pair written and committed in
        one cursor. A worker that waited for the lock conflicts, looks again, and finds
        that ``failed_pair`` is no longer the stored one.

        :raise CredentialsError: when the refresh token is dead
        """
        self.ensure_one()
        self.sudo()._check_database()
        try:
            return self._renew_locked(failed_pair)
        except CredentialsError as error:
            self._tokens_are_dead(error)
            raise

    @own_transaction(lock_timeout=150)
    def _renew_locked(self, failed_pair):
        # Waits for another worker; ``lock_for_update`` would give up at once.
        self._wait_for_row()
        connection = self.sudo()
        connection._check_question()
        stored = connection._token_pair()
        if stored is None:
            raise CredentialsError("the store has no tokens")
        if failed_pair and stored.access_token != failed_pair.access_token:
            return stored
        pair = connection._hub(stored).refresh_tokens()
        connection._store_pair(pair)
        return pair

    def _wait_for_row(self):
        """Lock this row; who holds it is waited for, or wins a conflict."""
        self.env.cr.execute(
            "SELECT 1 FROM plug4market_connection WHERE id = %s FOR UPDATE",
            [self.id],
            log_exceptions=False,
        )

    @own_transaction
    def _tokens_are_dead(self, error):
        """Stop the store and ask its person for new tokens, once.

        Those that may not go to the store's address are forgotten.
        """

        # Workers that meet dead tokens at once: one of them asks.
        self._wait_for_row()
        connection = self.sudo()
        stopped = connection.state in ("error", "question")
        if stopped or not connection._token_pair():
            return
        _logger.warning("tokens of company %s: %s", self.company_id.id, error)
        forbidden = isinstance(error, ForbiddenAddress)
        if forbidden:
            connection._drop_pair()
        else:
            connection.write({"state": "error", "message": str(error)})
        connection.company_id._plug4market_ask_for_tokens(dropped=forbidden)

    # -- clients --------------------------------------------------------------

    def _hub(self, pair, **hooks):
        """A client that sends ``pair`` nowhere but where it was pasted for.

        :raise ForbiddenAddress: see ``_check_address``
        """
        self._check_address()
        return Plug4MarketClient(self.company_id.plug4market_api_url, pair, **hooks)

    def _check_address(self):
        """See that the tokens may go to the company's address, whatever wrote it.

        SQL asks no constraint, and older versions had none.

        :raise ForbiddenAddress: when it may get no tokens, or not these
        """
        if self.company_id._plug4market_explain_address() or self._has_foreign_pair():
            raise ForbiddenAddress("the tokens may not go to the company's address")

    def _has_foreign_pair(self):
        """Whether the tokens were pasted for another address than the company's."""
        address = self.company_id.plug4market_api_url
        return bool(self._token_pair()) and self.token_origin != hub_origin(address)

    def _client(self, lane):
        """A client of the hub that speaks for this store on ``lane`` of its budget.

        :raise CredentialsError: when the store has no tokens, or dead ones, or a person
            has to answer first
        """
        budget = self.env["plug4market.budget"]
        company = self.company_id
        return self._bare_client(
            renew=self.sudo()._renew,
            acquire=lambda: budget._acquire(company, lane),
            hear=lambda error: budget._hear(company, [error]),
        )

    def _bare_client(self, **hooks):
        """A client that touches no database by itself: its calls are booked before.

        A 401 is raised: who uses it renews the tokens and calls again.
        """
        self.ensure_one()
        connection = self.sudo()
        connection._check_question()
        try:
            connection._check_address()
        except ForbiddenAddress as error:
            self._tokens_are_dead(error)
            raise
        pair = connection._token_pair()
        if pair is None or connection.state == "error":
            raise CredentialsError("the store has no valid tokens")
        connection._check_database()
        return connection._hub(pair, **hooks)

    @own_transaction
    def _note_sweep(self):
        """Note that this store's open orders were just compared with the hub's."""
        self.sudo().write(
            {"swept_at": fields.Datetime.now(), "reads_all_orders": False}
        )

    # -- cron -----------------------------------------------------------------

    @api.model
    def _cron_refresh_tokens(self):
        """Renew what is older than half its life; one store never stops another."""
        active = [("company_id.plug4market_active", "=", True)]
        work_for_each(
            self.env,
            lambda: self.sudo().search([("state", "=", "connected"), *active]),
            lambda connection: connection._renew_if_old(),
            cron=CRON,
        )

    def _renew_if_old(self):
        """Renew the tokens once they have lived half their life."""
        pair = self.sudo()._token_pair()
        if pair and pair.needs_renewal(fields.Datetime.now().replace(tzinfo=UTC)):
            self._renew(pair)
