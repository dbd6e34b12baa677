"""What people read of each error, and what the notifications are made of."""

import pytest
from addon import hub
from addon.hub import errors
from addon.messages import explain, notification

from odoo.exceptions import AccessError, UserError, ValidationError

AGAIN = "It is tried again by itself."
IN_VAIN = (
    "It was tried again for days in vain, and now waits for you: try it again once the "
    "cause is gone."
)
CALLS_USED = "The store has used the calls Plug4Market allows in a minute."
TOO_MANY = "Plug4Market asks to wait: too many calls in a minute."
UNREACHABLE = "Plug4Market cannot be reached at the moment."
UNAVAILABLE = "Plug4Market does not answer at the moment (error 503: Em manutenção)."
STRANGE = (
    "Plug4Market gave an answer that cannot be understood; a maintenance page may have "
    "answered. If it lasts, check the API address on the company's Integration tab."
)
NEW_TOKENS = (
    "Plug4Market does not accept the store's tokens. Press Gerar Tokens in Plug4Market "
    "(Lojas > Detalhes) and paste the new tokens on the company's Integration tab; "
    "what waits then goes on by itself."
)
ASKED_FIRST = (
    "Nothing is sent or received for this store until a question about it is answered. "
    "Ask somebody with the access right Settings to answer it on the company's "
    "Integration tab; what waits then goes on by itself."
)
OTHER_ADDRESS = (
    "The store's tokens may not be sent to the company's API address: it has to begin "
    "with https:// and to be the host they were pasted for. Correct the address on the "
    "company's Integration tab and paste new tokens there; what waits then goes on by "
    "itself."
)
TOO_LARGE = (
    "Plug4Market's answer is larger than 20 MB and was not read. Try again later; if "
    "it stays so, ask Plug4Market's support why."
)
NO_CALL = (
    "Plug4Market does not have this call (Preço inválido; Sem foto): nothing "
    "happened there. Check the API address on the company's Integration tab; if it is "
    "right, tell the connector's support."
)
REFUSED = (
    "Plug4Market refused it: Preço inválido; Sem foto. Correct the data and try again."
)
UNKNOWN = (
    "Plug4Market does not know this record in this store: Não existe. Check that the "
    "tokens belong to the right store."
)
NO_HUB = (
    "Nothing of Plug4Market answers at this API address (Não existe). Correct it on "
    "the company's Integration tab."
)
NO_ADDRESS = (
    "The API address of the company is not valid. Correct it on the company's "
    "Integration tab."
)


def refusal(kind):
    return kind("400", status=400, messages=("Preço inválido", "Sem foto"))


def unavailable(kind):
    return kind("503", status=503, messages=("Em manutenção", "Volte mais tarde"))


# Of each error what is read of it where it is queued, and where it is not.
SAID = [
    (hub.Plug4MarketError("English"), NO_ADDRESS, NO_ADDRESS),
    (unavailable(hub.TransientError), f"{UNAVAILABLE} {AGAIN}", UNAVAILABLE),
    (unavailable(hub.HubUnavailable), f"{UNAVAILABLE} {AGAIN}", UNAVAILABLE),
    (hub.HubUnreachable("English"), f"{UNREACHABLE} {AGAIN}", UNREACHABLE),
    (hub.RateLimited("English"), f"{TOO_MANY} {AGAIN}", TOO_MANY),
    (hub.BudgetExhausted("English"), f"{CALLS_USED} {AGAIN}", CALLS_USED),
    (hub.HeldBack("English"), f"{CALLS_USED} {AGAIN}", CALLS_USED),
    (hub.UnexpectedAnswer("English"), f"{STRANGE} {AGAIN}", STRANGE),
    (hub.NotTheHub("English"), f"{STRANGE} {AGAIN}", STRANGE),
    (hub.CredentialsError("English"), NEW_TOKENS, NEW_TOKENS),
    (hub.ForbiddenAddress("English"), OTHER_ADDRESS, OTHER_ADDRESS),
    (hub.StoreInQuestion("English"), ASKED_FIRST, ASKED_FIRST),
    (refusal(hub.RejectedByHub), REFUSED, REFUSED),
    (refusal(hub.AlreadyExists), REFUSED, REFUSED),
    (refusal(hub.InOtherGroup), REFUSED, REFUSED),
    (refusal(hub.NoSuchRoute), NO_CALL, NO_CALL),
    (hub.NotFoundInHub("404", messages=("Não existe",)), UNKNOWN, NO_HUB),
    (hub.AnswerTooLarge(20_000_000), TOO_LARGE, TOO_LARGE),
    # Shipment has sentences of its own for it.
    (hub.UnusableLabel("broken"), NO_ADDRESS, NO_ADDRESS),
]
NAMES = [type(error).__name__ for error, _queued, _at_once in SAID]


@pytest.mark.parametrize(("error", "queued", "at_once"), SAID, ids=NAMES)
def test_an_error_of_the_hub_has_its_sentence(env, error, queued, at_once):
    assert explain(env, error) == queued
    assert explain(env, error, queued=True) == queued
    assert explain(env, error, queued=False) == at_once
    assert explain(env, error, again=False) == queued.replace(AGAIN, IN_VAIN)


def test_every_error_of_the_hub_has_been_explained():
    known = {
        kind.__name__
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, hub.Plug4MarketError)
    }
    assert known == {*NAMES}


@pytest.mark.parametrize("queued", [True, False])
def test_a_new_kind_of_error_has_the_sentence_of_its_nearest_ancestor(env, queued):
    class Maintenance(hub.HubUnreachable):
        pass

    class Expired(hub.ForbiddenAddress):
        pass

    assert UNREACHABLE in explain(env, Maintenance("English"), queued=queued)
    assert explain(env, Expired("English"), queued=queued) == OTHER_ADDRESS


@pytest.mark.parametrize(
    ("kind", "queued", "sentence"),
    [
        (hub.RejectedByHub, True, "refused it: it gave no reason."),
        (hub.NotFoundInHub, True, "in this store: it gave no reason."),
        (hub.NotFoundInHub, False, "API address (it gave no reason)."),
    ],
)
def test_our_own_english_is_not_shown_as_the_reason(env, kind, queued, sentence):
    said = explain(env, kind("for the log"), queued=queued)

    assert sentence in said
    assert "for the log" not in said


def test_an_outage_without_words_shows_its_status_alone(env):
    error = hub.HubUnavailable("English", status=502)

    assert "(error 502)." in explain(env, error)


@pytest.mark.parametrize("queued", [True, False])
@pytest.mark.parametrize("kind", [UserError, ValidationError, AccessError])
def test_what_odoo_says_to_people_is_shown_as_it_is(env, kind, queued, caplog):
    assert explain(env, kind("100% is too much."), queued=queued) == "100% is too much."
    assert not caplog.records


@pytest.mark.parametrize("queued", [True, False])
def test_what_nobody_foresaw_is_shown_and_logged(env, queued, caplog):
    said = explain(env, ZeroDivisionError("division by zero"), queued=queued)

    assert said == (
        "Odoo could not process it: division by zero. Correct the cause and try again; "
        "the server log has the details."
    )
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert record.exc_info[0] is ZeroDivisionError


def test_a_notification_closes_the_dialog_and_goes_by_itself():
    assert notification("All is well.", kind="success") == {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": "success",
            "message": "All is well.",
            "className": "text-prewrap",
            "sticky": False,
            "next": {"type": "ir.actions.act_window_close"},
        },
    }


def test_a_notification_shows_what_it_was_given():
    shown = notification(
        "One\nTwo",
        kind="warning",
        title="Labels",
        sticky=True,
        next="reload",
    )

    assert shown["params"] == {
        "type": "warning",
        "title": "Labels",
        "message": "One\nTwo",
        "className": "text-prewrap",
        "sticky": True,
        "next": {"type": "ir.actions.client", "tag": "soft_reload"},
    }


def test_after_a_notification_any_action_may_come():
    download = {"type": "ir.actions.act_url", "url": "/file"}
    shown = notification("Here.", kind="success", next=download)
    assert shown["params"]["next"] == download


def test_after_a_notification_nothing_need_happen():
    assert "next" not in notification("No.", kind="warning", next=None)["params"]


def test_who_changes_a_notification_changes_no_other():
    first = notification("One", kind="info")
    first["params"]["next"]["infos"] = {"done": True}

    second = notification("Two", kind="info")
    assert second["params"]["next"] == {"type": "ir.actions.act_window_close"}
