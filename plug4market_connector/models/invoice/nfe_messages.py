"""What is wrong with a file or with an NF-e, in plain words and with what to do.

A table for each kind of codes: ``REASONS`` of ``nfe/envelope.py``, and the
``FINDING_CODES`` of ``nfe/checks.py``. Each of them has its sentence here.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...nfe import Finding

if TYPE_CHECKING:
    from odoo.api import Environment


def explain_no_nfe(env: "Environment", reason: str, invoice: str = "") -> str:
    """Why a file is no NF-e, for ``reason`` of a NotAnNfe.

    :param invoice: the name of the invoice that waits for the NF-e, if one does
    """
    sentences = _reasons_of_files(env, invoice) | _reasons_of_zips(env)
    return sentences[reason]


def explain_finding(env: "Environment", finding: Finding, currency: Any) -> str:
    """A failed check of an NF-e; ``currency`` is the one that totals are written in."""
    params = {k: v for k, v in finding.params.items() if v not in (None, "")}
    values = {
        "actual": params.get("status", params.get("actual", "-")),
        "expected": params.get("expected", "-"),
    }
    if finding.code == "total_differs":
        values = {name: currency.format(float(total)) for name, total in values.items()}
    sentences = _findings_of_notes(env, **values) | _findings_of_keys(env, **values)
    return sentences[finding.code]


def explain_cancelled(env: "Environment", *, was_sent: bool) -> str:
    """What to do about an NF-e of an invoice that its issuer has cancelled."""
    if was_sent:
        return env._(
            "The NF-e was cancelled at the treasury, and the marketplace has it. "
            "Cancel the order there, or give it the NF-e that replaces it in "
            "Plug4Market's panel."
        )
    return env._(
        "The NF-e was cancelled at the treasury. Attach the NF-e that replaces it."
    )


def explain_legal_total(env: "Environment", left_out: Iterable[str]) -> str:
    """Why a note of another total is right: what of the payment it leaves out."""
    parts = {
        "freight": env._("the marketplace's freight"),
        "interest": env._("the interest of the instalments"),
        "coupon": env._("the coupon that the marketplace pays"),
        "taxes": env._("the taxes outside the price (IBS, CBS)"),
    }
    return env._(
        "The NF-e has another total than the invoice, and may: the difference is "
        "%(parts)s.",
        parts=env._(" and ").join(parts[name] for name in left_out),
    )


# -- why a file is no NF-e ----------------------------------------------------


def _reasons_of_files(env: "Environment", invoice: str) -> dict[str, str]:
    no_nfe = env._(
        "The file is not an NF-e. Attach the authorised XML, which starts with "
        "“nfeProc”."
    )
    nothing = (
        env._("Attach the XML of the authorised NF-e to invoice %s first.", invoice)
        if invoice
        else env._("The file is empty.")
    )
    return {
        "empty": nothing,
        "too_large": env._("The file is too large to be an NF-e."),
        "doctype": env._("The file holds a DTD, which an NF-e never has."),
        "not_xml": env._("The file is not an XML."),
        "not_nfe_proc": no_nfe,
        "no_access_key": no_nfe,
        "several_notes": env._(
            "The file holds several NF-es. Attach each to its invoice, or drop the "
            "file on the list NF-e received, which takes it apart."
        ),
        "pdf": env._(
            "The file is a PDF, perhaps the DANFE. Attach the XML of the NF-e."
        ),
        "cancellation": env._("The file is the cancellation of an NF-e."),
        "cancellation_unregistered": env._(
            "The file asks for the cancellation of an NF-e, which the treasury has "
            "not registered. It cancels nothing."
        ),
        "event": env._(
            "The file is an event of an NF-e, a letter of correction for one, and "
            "not the NF-e. It cancels nothing."
        ),
    }


def _reasons_of_zips(env: "Environment") -> dict[str, str]:
    return {
        "archive_damaged": env._(
            "The zip is damaged. Pack it again, or send the XML files themselves."
        ),
        "archive_encrypted": env._("The file has a password. Send it without one."),
        "archive_too_large": env._(
            "The zip unpacks to more than a day's notes can be. Split it."
        ),
        "archive_nested": env._("A zip inside a zip is not opened. Send it by itself."),
        "archive_empty": env._("The zip holds no XML."),
        "archive_unknown": env._(
            "The zip is packed in a way that is not opened here. Pack it as an "
            "ordinary zip, or send the XML files themselves."
        ),
    }


# -- what a marketplace would refuse ------------------------------------------


def _findings_of_notes(
    env: "Environment", actual: str, expected: str
) -> dict[str, str]:
    return {
        "not_authorised": env._(
            "The NF-e is not authorised (status %s). Attach the authorised XML.",
            actual,
        ),
        "not_a_sale": env._(
            "The NF-e is not a sale but a return, or adds to another note. Attach the "
            "NF-e of the sale."
        ),
        "cancelled": explain_cancelled(env, was_sent=False),
        "no_protocol": env._(
            "The NF-e has no authorisation protocol. Attach the authorised XML, which "
            "starts with “nfeProc”."
        ),
        "protocol_key_differs": env._(
            "The authorisation is of another note (%(actual)s). Attach the XML as the "
            "treasury returned it.",
            actual=actual,
        ),
        "digest_differs": env._(
            "The note was changed after it was authorised: the digests differ. Attach "
            "the XML as the treasury returned it."
        ),
        "test_environment": env._(
            "The NF-e was issued in the test environment and has no value. Issue it "
            "in production."
        ),
        "wrong_issuer": env._(
            "The NF-e was issued by %(actual)s, the store is %(expected)s.",
            actual=actual,
            expected=expected,
        ),
        "wrong_buyer": env._(
            "The NF-e is for %(actual)s, the buyer is %(expected)s. It belongs to "
            "another invoice.",
            actual=actual,
            expected=expected,
        ),
        "total_zero": env._("The NF-e's total is zero."),
        "total_differs": env._(
            "The NF-e's total is %(actual)s, the invoice's is %(expected)s.",
            actual=actual,
            expected=expected,
        ),
        "issued_in_future": env._("The NF-e is dated in the future."),
        "issued_before_order": env._("The NF-e is older than the order."),
    }


def _findings_of_keys(env: "Environment", actual: str, expected: str) -> dict[str, str]:
    parts = {
        "key_uf": env._("state"),
        "key_issuer": env._("issuer"),
        "key_series": env._("series"),
        "key_number": env._("number"),
        "key_date": env._("year and month"),
        "key_emission": env._("emission type"),
    }
    unlike = {
        code: env._(
            "The access key says %(part)s %(actual)s, the note says %(expected)s.",
            part=part,
            actual=actual,
            expected=expected,
        )
        for code, part in parts.items()
    }
    return {
        **unlike,
        "key_length": env._(
            "The access key must have 44 digits; this one has %s.", actual
        ),
        "key_digit": env._("The check digit of the access key is wrong."),
        "key_model": env._(
            "It is not an NF-e (model 55) but a document of model %s.", actual
        ),
    }
