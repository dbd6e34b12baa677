from odoo import models


class AccountMove(models.Model):
    """What is wrong with an NF-e, in plain words and with what to do."""

    _inherit = "account.move"

    def _plug4market_explain_no_nfe(self, reason):
        """Why a file is not the NF-e that is asked for."""
        sentences = {
            "empty": self.env._(
                "Attach the XML of the authorised NF-e to invoice %s first.",
                self.display_name,
            ),
            "too_large": self.env._("The file is too large to be an NF-e."),
            "doctype": self.env._("The file holds a DTD, which an NF-e never has."),
            "not_xml": self.env._("The file is not an XML."),
            "pdf": self.env._(
                "The file is a PDF, perhaps the DANFE. Attach the XML of the NF-e."
            ),
            "cancellation": self.env._("The file is the cancellation of an NF-e."),
            "cancellation_unregistered": self.env._(
                "The file asks for the cancellation of an NF-e, which the treasury has "
                "not registered. It cancels nothing."
            ),
            "event": self.env._(
                "The file is an event of an NF-e, a letter of correction for one, and "
                "not the NF-e. It cancels nothing."
            ),
        }
        return sentences.get(reason) or self.env._(
            "The file is not an NF-e. Attach the authorised XML, which starts with "
            "“nfeProc”."
        )

    def _plug4market_explain_finding(self, finding):
        """A failed check in plain words."""
        params = {k: v for k, v in finding.params.items() if v not in (None, "")}
        actual = params.get("status", params.get("actual", "-"))
        expected = params.get("expected", "-")
        # Only the sentence of this code: what one code carries another one lacks.
        explain = getattr(self, f"_plug4market_explain_{finding.code}", None)
        if explain:
            return explain(actual, expected)
        return self._plug4market_explain_key(finding.code, actual, expected)

    # -- the note -------------------------------------------------------------

    def _plug4market_explain_not_authorised(self, actual, expected):
        return self.env._(
            "The NF-e is not authorised (status %s). Attach the authorised XML.", actual
        )

    def _plug4market_explain_not_a_sale(self, actual, expected):
        return self.env._(
            "The NF-e is not a sale but a return, or adds to another note. Attach the "
            "NF-e of the sale."
        )

    def _plug4market_explain_cancelled(self, *_values):
        if self._plug4market_nfe_was_sent():
            return self.env._(
                "The NF-e was cancelled at the treasury, and the marketplace has it. "
                "Cancel the order there, or give it the NF-e that replaces it in "
                "Plug4Market's panel."
            )
        return self.env._(
            "The NF-e was cancelled at the treasury. Attach the NF-e that replaces it."
        )

    def _plug4market_explain_no_protocol(self, actual, expected):
        return self.env._(
            "The NF-e has no authorisation protocol. Attach the authorised XML, which "
            "starts with “nfeProc”."
        )

    def _plug4market_explain_protocol_key_differs(self, actual, expected):
        return self.env._(
            "The authorisation is of another note (%(actual)s). Attach the XML as the "
            "treasury returned it.",
            actual=actual,
        )

    def _plug4market_explain_digest_differs(self, actual, expected):
        return self.env._(
            "The note was changed after it was authorised: the digests differ. Attach "
            "the XML as the treasury returned it."
        )

    def _plug4market_explain_test_environment(self, actual, expected):
        return self.env._(
            "The NF-e was issued in the test environment and has no value. Issue it in "
            "production."
        )

    def _plug4market_explain_wrong_issuer(self, actual, expected):
        return self.env._(
            "The NF-e was issued by %(actual)s, the store is %(expected)s.",
            actual=actual,
            expected=expected,
        )

    def _plug4market_explain_wrong_buyer(self, actual, expected):
        return self.env._(
            "The NF-e is for %(actual)s, the buyer is %(expected)s. It belongs to "
            "another invoice.",
            actual=actual,
            expected=expected,
        )

    def _plug4market_explain_total_zero(self, actual, expected):
        return self.env._("The NF-e's total is zero.")

    def _plug4market_explain_total_differs(self, actual, expected):
        return self.env._(
            "The NF-e's total is %(actual)s, the invoice's is %(expected)s.",
            actual=self.currency_id.format(float(actual)),
            expected=self.currency_id.format(float(expected)),
        )

    def _plug4market_explain_issued_in_future(self, actual, expected):
        return self.env._("The NF-e is dated in the future.")

    def _plug4market_explain_issued_before_order(self, actual, expected):
        return self.env._("The NF-e is older than the order.")

    # -- its access key -------------------------------------------------------

    def _plug4market_explain_key_length(self, actual, expected):
        return self.env._(
            "The access key must have 44 digits; this one has %s.", actual
        )

    def _plug4market_explain_key_digit(self, actual, expected):
        return self.env._("The check digit of the access key is wrong.")

    def _plug4market_explain_key_model(self, actual, expected):
        return self.env._(
            "It is not an NF-e (model 55) but a document of model %s.", actual
        )

    def _plug4market_explain_key(self, code, actual, expected):
        """A part of the access key that is unlike the note's own field."""
        parts = {
            "key_uf": self.env._("state"),
            "key_issuer": self.env._("issuer"),
            "key_series": self.env._("series"),
            "key_number": self.env._("number"),
            "key_date": self.env._("year and month"),
            "key_emission": self.env._("emission type"),
        }
        return self.env._(
            "The access key says %(part)s %(actual)s, the note says %(expected)s.",
            part=parts.get(code, code),
            actual=actual,
            expected=expected,
        )
