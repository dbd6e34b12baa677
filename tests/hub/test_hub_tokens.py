"""Tokens as people paste them, and how old they are."""

import base64
import json
from datetime import datetime, timedelta, timezone

import hub
import pytest
from hub_fakes import HOUSE, STORE, make_jwt, make_tokens

ACCESS, REFRESH = make_tokens()
PAIR = hub.TokenPair(ACCESS, REFRESH)
ISSUED = datetime.fromtimestamp(1_790_000_000, tz=timezone.utc)


def b64(text, url_safe=False, padded=True):
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    encoded = encode(text.encode()).decode()
    return encoded if padded else encoded.rstrip("=")


BOTH = json.dumps({"accessToken": ACCESS, "refreshToken": REFRESH})

PASTED = {
    "raw": (ACCESS, REFRESH),
    "white space": (f"  {ACCESS}\n", f"\t{REFRESH} "),
    "line breaks inside": (f"{ACCESS[:40]}\r\n{ACCESS[40:]}", REFRESH),
    "quotes": (f'"{ACCESS}"', f"'{REFRESH}'"),
    "Bearer": (f"Bearer {ACCESS}", f"bearer {REFRESH}"),
    "a whole header": (f"Authorization: Bearer {ACCESS}", REFRESH),
    "a byte order mark": (f"\ufeff{ACCESS}", REFRESH),
    "base64": (b64(ACCESS), b64(REFRESH)),
    "base64 without padding": (b64(ACCESS, padded=False), b64(REFRESH, padded=False)),
    "base64 in lines": ("\n".join([b64(ACCESS)[:76], b64(ACCESS)[76:]]), REFRESH),
    "base64 of a quoted token": (b64(f'"{ACCESS}"'), REFRESH),
    "both as JSON": (BOTH, ""),
    "both as JSON with line breaks": (BOTH.replace(",", ",\n  "), None),
    "both as base64 of JSON": (b64(BOTH), ""),
    "both as URL-safe base64": (b64(BOTH, url_safe=True, padded=False), "  "),
    "both as quoted base64": (json.dumps(b64(BOTH)), ""),
    "both in both fields": (BOTH, BOTH),
    "base64 inside JSON": (
        json.dumps({"accessToken": b64(ACCESS), "refreshToken": b64(REFRESH)}),
        "",
    ),
}


@pytest.mark.parametrize(("access", "refresh"), PASTED.values(), ids=PASTED)
def test_whatever_the_panel_gives_is_understood(access, refresh):
    assert hub.TokenPair.from_pasted(access, refresh) == PAIR


@pytest.mark.parametrize(
    ("access", "refresh", "field"),
    [
        ("", REFRESH, "access"),
        (None, None, "access"),
        ("nonsense", REFRESH, "access"),
        ("a.b", REFRESH, "access"),
        ("a.b.c.d", REFRESH, "access"),
        ("{}", "", "access"),
        ("[1]", "", "access"),
        ("123456", REFRESH, "access"),
        ("ção.ção.ção", REFRESH, "access"),
        (json.dumps({"accessToken": 5, "refreshToken": REFRESH}), "", "access"),
        (b64("nothing"), REFRESH, "access"),
        (ACCESS, "", "refresh"),
        (ACCESS, "nonsense", "refresh"),
        (json.dumps({"accessToken": ACCESS}), "", "refresh"),
        (ACCESS, ACCESS, "refresh"),
        (ACCESS, f"Bearer {ACCESS}", "refresh"),
    ],
)
def test_what_is_no_token_is_refused_and_not_shown(access, refresh, field):
    with pytest.raises(hub.MalformedToken) as caught:
        hub.TokenPair.from_pasted(access, refresh)
    assert caught.value.field == field
    assert isinstance(caught.value, ValueError)
    for pasted in (access, refresh):
        assert not pasted or pasted not in str(caught.value)


def test_the_claims_tell_store_house_host_and_times():
    assert PAIR.store_cnpj == STORE
    assert PAIR.software_house_cnpj == HOUSE
    assert PAIR.api_url == "https://api.sandbox.plug4market.com.br"
    assert PAIR.access_issued == ISSUED
    assert PAIR.access_expiry == ISSUED + timedelta(hours=24)
    assert PAIR.refresh_expiry == ISSUED + timedelta(days=7)


def test_the_refresh_token_tells_the_store_when_the_access_token_does_not():
    assert hub.TokenPair(make_jwt(type="store"), REFRESH).store_cnpj == STORE


@pytest.mark.parametrize(
    "token",
    ["", None, "a.b.c", "a.b", "x" * 50, "eyJ.eyJ.x", f"a.{b64('[1]')}.c", "a.é.c"],
)
def test_claims_of_something_unreadable_are_empty(token):
    assert hub.jwt_claims(token) == {}


@pytest.mark.parametrize("value", [None, "soon", True, -5, 0, 10**12, [1], 1e400])
def test_an_expiry_that_is_no_time_is_none(value):
    pair = hub.TokenPair(make_jwt(iat=value, exp=value), "r")
    assert pair.access_expiry is None
    assert pair.access_issued is None
    assert pair.refresh_expiry is None


@pytest.mark.parametrize(
    ("hours", "renew"), [(0, False), (11.9, False), (12, True), (23, True), (99, True)]
)
def test_a_pair_is_renewed_past_half_of_its_life(hours, renew):
    now = ISSUED + timedelta(hours=hours)
    assert PAIR.needs_renewal(now) is renew
    assert PAIR.needs_renewal(now.replace(tzinfo=None)) is renew


def test_a_refresh_token_past_half_of_its_life_is_reason_enough():
    seconds = ISSUED.timestamp()
    year = make_jwt(iat=seconds, exp=seconds + 365 * 86_400)
    pair = hub.TokenPair(year, REFRESH)
    assert not pair.needs_renewal(ISSUED + timedelta(days=3))
    assert pair.needs_renewal(ISSUED + timedelta(days=3.5))


def test_a_token_that_hides_its_age_is_renewed():
    assert hub.TokenPair("opaque", "opaque").needs_renewal(ISSUED)


def test_without_the_time_of_issue_a_life_of_24_hours_is_assumed():
    pair = hub.TokenPair(make_jwt(exp=ISSUED.timestamp() + 86_400), "opaque")
    assert not pair.needs_renewal(ISSUED + timedelta(hours=11))
    assert pair.needs_renewal(ISSUED + timedelta(hours=13))


@pytest.mark.parametrize(
    "answer",
    [
        {"accessToken": ACCESS, "refreshToken": REFRESH},
        {"data": {"accessToken": ACCESS, "refreshToken": REFRESH}},
        BOTH,
        b64(BOTH),
        {"accessToken": ACCESS},
        {"accessToken": ACCESS, "refreshToken": " "},
        {"accessToken": f" {ACCESS}\n", "refreshToken": f"{REFRESH} "},
    ],
)
def test_no_answer_that_holds_new_tokens_loses_them(answer):
    assert hub.TokenPair.from_answer(answer, REFRESH) == PAIR


@pytest.mark.parametrize(
    "answer", [None, [], 5, {}, {"accessToken": " "}, {"accessToken": 5}, "x"]
)
def test_an_answer_without_a_token_is_no_pair(answer):
    assert hub.TokenPair.from_answer(answer, REFRESH) is None


def test_an_opaque_new_token_is_kept_all_the_same():
    answer = {"accessToken": "opaque-1", "refreshToken": "opaque-2"}
    assert hub.TokenPair.from_answer(answer) == hub.TokenPair("opaque-1", "opaque-2")


def test_a_pair_is_frozen_and_shows_only_its_store():
    with pytest.raises(AttributeError):
        PAIR.access_token = "x"
    assert repr(PAIR) == f"<TokenPair of store {STORE}>"
