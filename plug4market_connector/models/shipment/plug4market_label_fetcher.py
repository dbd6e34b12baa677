from functools import partial
from operator import methodcaller

from odoo import api, models
from odoo.tools.pdf import merge_pdf

from ...hub import (
    STATUS_BEFORE,
    NotFoundInHub,
    RejectedByHub,
    UnexpectedAnswer,
    UnusableLabel,
    label_parts,
)
from ...lease import REST_SECONDS
from ...messages import explain
from ...transaction import apart, own_transaction
from ..store.plug4market_budget import SILENT_CALLS
from .plug4market_label import CRON


class Plug4marketLabelFetcher(models.AbstractModel):
    """Reads labels from the hub: claimed, called and settled in turn, as events are."""

    _name = "plug4market.label.fetcher"
    _inherit = ["plug4market.store.calls"]
    _description = "Plug4Market Label Fetcher"

    @api.model
    def _run(self, *, only=None, lane="orders"):
        """Fetch what is due of every store; return how many labels it was."""
        with self._at_work():
            return self._fetch_round(only, lane)

    @api.model
    def _fetch_round(self, only, lane):
        labels = self.env["plug4market.label"]._claim(only=only)
        by_company = labels.grouped("company_id")
        outcomes = self._call_stores(
            {
                company: [
                    methodcaller("fetch_label", order.plug4market_order_uid_raw)
                    for order in mine.order_id
                ]
                for company, mine in by_company.items()
            },
            dict.fromkeys(by_company, lane),
            patience=SILENT_CALLS,
        )
        for company, mine in by_company.items():
            worker = self._speaking_to(company)
            for label, outcome in zip(mine, outcomes[company], strict=True):
                settle = partial(worker._settle, label, outcome)
                apart(company, settle, cron=CRON, again_in=2 * REST_SECONDS)
        return len(labels)

    @api.model
    def _settle(self, label, outcome):
        """Keep the file, or what went wrong; one bad label stops no other."""
        error = outcome.error
        if not error:
            try:
                _check(outcome.answer)
                self._keep(label, outcome.answer)
            except Exception as raised:  # noqa: BLE001  it belongs to its own label
                error = raised
        if error:
            self._fail(label, error, made=outcome.made)

    @api.model
    @own_transaction
    def _keep(self, label, file):
        if label._ours():
            label._keep(file)

    @api.model
    @own_transaction
    def _fail(self, label, error, *, made):
        """Let the label wait for its next attempt, or for a person."""
        if not label._ours():
            return
        verdict = label._judge(error, made=made)
        if verdict.again:
            message = self._why_it_waits(label.order_id, error)
            values = label._prepare_failed_values(verdict, made=made)
            label._settle("waiting", message, **values)
        elif isinstance(error, UnusableLabel):
            label._settle("error", self._words(error))
        else:
            message = self._why_it_waits(label.order_id, error, again=False)
            label._settle("error", message)

    # -- words ----------------------------------------------------------------

    @api.model
    def _why_it_waits(self, order, error, *, again=True):
        """Why there is no label yet, and what a person can do about it.

        :param again: False when the marketplace was asked for long enough
        """
        if isinstance(error, UnexpectedAnswer):
            reason = self.env._("it sent no label yet")
        elif isinstance(error, RejectedByHub | NotFoundInHub):
            reason = "; ".join(error.messages) or self.env._("it gave no reason")
        else:
            return explain(self.env, error, again=again)
        if not again:
            return self.env._(
                "The marketplace has made no label for days: %(reason)s. Press Fetch "
                "again when it has one, or print it in Plug4Market.",
                reason=reason,
            )
        if order.plug4market_status in STATUS_BEFORE["invoice"]:
            return self.env._(
                "The marketplace makes the label after the invoice. Send the invoice; "
                "the label comes by itself then. (%(reason)s)",
                reason=reason,
            )
        return self.env._(
            "Waiting for the marketplace: %(reason)s. It is asked again by itself.",
            reason=reason,
        )

    @api.model
    def _words(self, error):
        """What is wrong with a label that came and cannot be printed."""
        return {
            "too_large": self.env._(
                "The label is larger than a label can be and was not kept. Print it in "
                "Plug4Market."
            ),
            "broken": self.env._(
                "The file that came as label is damaged. Press Fetch again; if it "
                "stays so, print the label in Plug4Market."
            ),
            "unknown": self.env._(
                "What came as label is neither PDF nor ZPL. Print it in Plug4Market."
            ),
            "bad_address": self.env._(
                "The label lies at an address that Odoo does not open: it is not "
                "public, or not HTTPS. Print the label in Plug4Market."
            ),
        }[error.reason]


def _check(label):
    """Make sure that what is kept can be printed.

    :raise UnusableLabel: when it cannot
    """
    for kind, content in label_parts(label.kind, label.content):
        if kind != "pdf":
            continue
        try:
            merge_pdf([content])
        except Exception as error:
            raise UnusableLabel("broken") from error
