"""What an answer's status and body mean, and how long to wait."""

import json
from datetime import datetime, timedelta, timezone

import hub
import pytest
import requests
from hub.errors import parse_retry_after
from hub_fakes import make_jwt


def answer(status, body="", method="POST", **headers):
    response = requests.Response()
    response.status_code = status
    response._content = body.encode() if isinstance(body, str) else body
    response.request = requests.Request(method, "http://hub.invalid/x").prepare()
    response.headers.update(
        {name.replace("_", "-"): value for name, value in headers.items()}
    )
    return response


BODIES = {
    "a text": (
        {
            "error_status": 400,
            "error_messages": [
                {"statusCode": 400, "message": "Preço inválido", "error": "Bad Request"}
            ],
        },
        ("Preço inválido",),
    ),
    "a list of texts": (
        '{"error_messages": [{"message": ["a", "b"]}]}',
        ("a", "b"),
    ),
    "a list of objects": (
        '{"error_messages": [{"message": [{"message": "a"}, {"message": "b"}]}]}',
        ("a", "b"),
    ),
    "several entries": (
        '{"error_messages": [{"message": "a"}, {"message": [{"message": "b"}]}]}',
        ("a", "b"),
    ),
    "lists in lists": ('{"error_messages": [[{"message": [["a"]]}]]}', ("a",)),
    "an object": ('{"error_messages": {"message": {"message": "a"}}}', ("a",)),
    "plain texts": ('{"error_messages": ["a", "b"]}', ("a", "b")),
    "the server's own shape": (
        '{"statusCode": 404, "message": "Not found", "error": "Not Found"}',
        ("Not found",),
    ),
    "only the status in words": ('{"error": "Bad Request"}', ("Bad Request",)),
    "a repetition": ('{"message": ["a", "a"]}', ("a",)),
    "line breaks": ('{"message": "a\\n  b"}', ("a b",)),
    "null": ('{"error_messages": [{"message": null}]}', ()),
    "nulls in a list": ('{"message": [null, "a", 3]}', ("a",)),
    "a number": ("17", ()),
    "an empty list": ("[]", ()),
    "nothing": ("", ()),
    "HTML": ("<html><body>Bad gateway</body></html>", ()),
    "half a JSON": ('{"message": "a', ()),
    "bytes that are no UTF-8": (b'{"message": "\xe9"}', ("\ufffd",)),
    "a JSON already read": ({"message": ["a"]}, ("a",)),
    "endless nesting": ("[" * 100_000, ()),
    "deep nesting": ('{"message":' * 50 + '"a"' + "}" * 50, ()),
}


@pytest.mark.parametrize(("body", "messages"), BODIES.values(), ids=BODIES)
def test_every_shape_of_an_error_body_becomes_a_flat_tuple(body, messages):
    assert hub.parse_error_body(body) == messages


def test_messages_are_bounded_in_number_and_length():
    body = {"message": [f"{number} {'x' * 5000}" for number in range(500)]}
    messages = hub.parse_error_body(body)
    assert len(messages) == 50
    assert max(map(len, messages)) == 1000


def test_a_token_echoed_by_the_hub_is_masked():
    token = make_jwt(store="1")
    assert token not in hub.parse_error_body({"message": f"invalid {token}"})[0]


@pytest.mark.parametrize(
    ("status", "family", "retryable"),
    [
        (301, hub.NotTheHub, False),
        (400, hub.RejectedByHub, False),
        (401, hub.CredentialsError, False),
        (403, hub.CredentialsError, False),
        (404, hub.NotFoundInHub, False),
        (405, hub.NoSuchRoute, False),
        (408, hub.HubUnavailable, True),
        (409, hub.RejectedByHub, False),
        (413, hub.RejectedByHub, False),
        (422, hub.RejectedByHub, False),
        (425, hub.HubUnavailable, True),
        (429, hub.RateLimited, True),
        (500, hub.HubUnavailable, True),
        (502, hub.HubUnavailable, True),
        (503, hub.HubUnavailable, True),
        (504, hub.HubUnavailable, True),
    ],
)
def test_each_status_has_its_class(status, family, retryable):
    error = hub.error_from_response(answer(status, '{"message": "why"}'))
    assert type(error) is family
    assert error.retryable is retryable
    assert error.status == status
    assert error.messages == ("why",)
    assert "why" in str(error)
    assert error.user_message == "why"


def test_an_error_without_explanation_still_says_something():
    error = hub.error_from_response(answer(502, "<html>"))
    assert error.messages == ()
    assert "502" in error.user_message


def test_a_page_with_403_is_a_firewall_and_no_dead_token():
    for response in (
        answer(403, "denied", Content_Type="Text/HTML; charset=utf-8"),
        answer(403, "\n <HTML>denied</HTML>"),
        answer(403, "<!DOCTYPE html><p>denied"),
    ):
        assert type(hub.error_from_response(response)) is hub.HubUnavailable


@pytest.mark.parametrize(
    "text",
    [
        "Produto não atualizado",
        "PRODUTO NAO ATUALIZADO",
        "Esse produto já existe e está relacionado com outro ID Produto",
        "esse produto ja existe",
        "SKU already exists",
        "SKU já cadastrado",
    ],
)
@pytest.mark.parametrize("status", [400, 409, 422])
def test_the_duplicate_texts_mean_already_exists(status, text):
    body = json.dumps({"error_messages": [{"message": [{"message": text}]}]})
    error = hub.error_from_response(answer(status, body))
    assert type(error) is hub.AlreadyExists
    assert isinstance(error, hub.RejectedByHub)


def test_the_same_text_about_an_update_is_an_ordinary_refusal():
    response = answer(400, '{"message": "Produto não atualizado"}', method="PUT")
    assert type(hub.error_from_response(response)) is hub.RejectedByHub


def test_rate_limit_carries_what_the_hub_asks_for():
    error = hub.error_from_response(answer(429, Retry_After="17"))
    assert error.retry_after == 17


NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17),
        (" 0 ", 0),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("1e9999", None),
        ("9" * 500, 999_999_999),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header, seconds):
    assert parse_retry_after(header, NOW) == seconds


# -- retry ----------------------------------------------------------------------------


def upper(_low, high):
    return high


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(0, 60), (1, 60), (2, 120), (3, 240), (6, 1920), (7, 3600), (10_000, 3600)],
)
def test_the_wait_doubles_up_to_the_cap(attempt, seconds):
    assert hub.RetryPolicy(random=upper).delay(attempt) == seconds


def test_jitter_takes_up_to_half_of_the_wait():
    assert hub.RetryPolicy(random=lambda low, high: low).delay(2) == 60
    drawn = {hub.RetryPolicy().delay(1) for _draw in range(50)}
    assert len(drawn) > 1
    assert min(drawn) >= 30
    assert max(drawn) <= 60


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [(5, 5), (500, 500), (9999, 3600), (0, 1), (None, 60)]
)
def test_the_hub_is_obeyed_up_to_the_cap(retry_after, seconds):
    error = hub.RateLimited("429", retry_after=retry_after)
    assert hub.RetryPolicy(random=upper).delay(1, error) == seconds


def test_an_error_of_somebody_else_changes_nothing():
    assert hub.RetryPolicy(random=upper).delay(1, ValueError()) == 60


# -- what happens next ----------------------------------------------------------------

DAYS = timedelta(days=3).total_seconds()
POLICY = hub.RetryPolicy(random=upper)


@pytest.mark.parametrize(
    "error",
    [
        hub.HubUnreachable("no answer"),
        hub.HubUnavailable("503"),
        hub.RateLimited("429"),
        hub.NotTheHub("a page"),
        hub.UnexpectedAnswer("no order"),
        hub.CredentialsError("401"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_is_tried_again_until_patience_is_over(error):
    verdict = POLICY.verdict(error, attempts=2, seconds=DAYS - 1)
    assert verdict == hub.Verdict(then="again", delay=240)
    assert POLICY.verdict(error, attempts=9, seconds=DAYS).then == "person"
    assert POLICY.verdict(error, attempts=99, seconds=DAYS - 1).again


def test_days_alone_are_no_reason_odoo_may_have_been_off():
    error = hub.HubUnavailable("503")
    assert POLICY.verdict(error, attempts=8, seconds=10 * DAYS).again


@pytest.mark.parametrize(
    ("error", "then"),
    [
        (hub.RejectedByHub("400"), "person"),
        (hub.AlreadyExists("409"), "person"),
        (hub.AnswerTooLarge(20_000_000), "person"),
        (hub.NotFoundInHub("404"), "refused"),
        (ValueError("a bug"), "person"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_does_not_pass_waits_for_somebody_at_once(error, then):
    assert POLICY.verdict(error).then == then


def test_a_policy_may_know_more_that_passes():
    policy = hub.RetryPolicy(passing=(hub.NotFoundInHub, ValueError), random=upper)
    assert policy.verdict(hub.NotFoundInHub("404")).again
    assert policy.verdict(ValueError()).again
    assert not policy.verdict(hub.RejectedByHub("400")).again


@pytest.mark.parametrize(
    ("error", "delay"),
    [
        (hub.HubUnavailable("503"), 1),
        (hub.BudgetExhausted("used up", retry_after=7), 7),
        (hub.CredentialsError("401"), 1),
        (hub.RejectedByHub("400"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_in_a_store_that_is_stopped_no_patience_runs(error, delay):
    verdict = POLICY.verdict(error, attempts=99, seconds=10 * DAYS, stopped=True)
    assert verdict == hub.Verdict(then="again", delay=delay, counted=False)
