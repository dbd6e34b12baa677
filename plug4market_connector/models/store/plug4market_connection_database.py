from odoo import api, fields, models
from odoo.tools import str2bool

from ...hub import StoreInQuestion
from ...transaction import own_transaction

# Copies that are made on purpose, such as those of tests, switch the question off.
SKIP = "plug4market_connector.skip_fingerprint"


class Plug4marketConnection(models.Model):
    """In which database the store was connected.

    A copy that renewed the tokens would lock the store out, and a restored backup
    takes the hub to have what it had once. docs/decisions/0009.
    """

    _inherit = "plug4market.connection"

    known_database = fields.Json(
        readonly=True, help="Marks of the database that speaks for the store."
    )
    reads_all_orders = fields.Boolean(
        readonly=True,
        help="Orders may be missing although the hub knows their number: the next "
        "comparison of orders asks for all of the last 30 days.",
    )

    def _check_database(self):
        """See that this is the database the store was connected in; remember the first.

        :raise StoreInQuestion: when it is another, and nobody has said why
        """
        if self._may_be_anywhere():
            return
        here = self._describe_database()
        if not self.known_database:
            self._note_database(here)
        elif self._is_elsewhere(here):
            self._ask_about_database()
            raise StoreInQuestion("the store was connected in another database")

    @api.model
    def _may_be_anywhere(self):
        """Whether this database is a copy on purpose, which nobody is asked about."""
        skip = self.env["ir.config_parameter"].sudo().get_param(SKIP)
        return str2bool(skip or "", default=False)

    def _remember_database(self):
        """Who pastes the first tokens connects the store here."""
        if not self.known_database and not self._may_be_anywhere():
            self._take_database()

    @api.model
    def _describe_database(self):
        """What tells this database from a copy of it.

        Odoo's manager gives a duplicate another uuid, ``pg_restore`` another oid, and
        another server has another identifier, which not everybody may read.
        """
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        self.env.cr.execute(
            """
            SELECT oid::bigint, has_function_privilege('pg_control_system()', 'EXECUTE')
              FROM pg_database WHERE datname = current_database()
            """
        )
        oid, is_readable = self.env.cr.fetchone()
        cluster = None
        if is_readable:
            self.env.cr.execute(
                "SELECT system_identifier::text FROM pg_control_system()"
            )
            (cluster,) = self.env.cr.fetchone()
        return {"uuid": uuid, "oid": oid, "cluster": cluster}

    def _is_elsewhere(self, here):
        """Whether a mark is another than it was; one that is not known says nothing."""
        return any(
            mark and here.get(name) and here[name] != mark
            for name, mark in self.known_database.items()
        )

    @own_transaction
    def _note_database(self, here):
        self._wait_for_row()
        self.known_database = self.known_database or here

    @own_transaction
    def _ask_about_database(self):
        """Stop the store and ask; of workers that notice at once, one asks."""
        self._wait_for_row()
        if not self.question:
            self._ask("other_database")

    def _take_database(self):
        """Let this database be the one that speaks for the store from now on."""
        self.known_database = self._describe_database()
