"""How calls travel: tokens, renewal, redirects, odd answers, nothing secret in logs."""

import itertools
import logging
import socket

import hub
import pytest
from hub_fakes import ScriptedServer, make_jwt, make_pair, make_tokens
from patience import PATIENCE

HTML = b"<!DOCTYPE html><html><body>Bad gateway</body></html>"


def test_a_call_carries_the_access_token_and_returns_the_parsed_answer(
    client, server, pair
):
    server.answer(200, {"id": 1})
    assert client.request("GET", "/sales-channels") == {"id": 1}
    (request,) = server.received
    assert request.headers["Authorization"] == f"Bearer {pair.access_token}"
    assert request.headers["Accept"] == "application/json"


def test_a_json_body_is_sent_as_json(client, server):
    server.answer(200, {})
    client.request("POST", "/x", json={"name": "Ação"})
    (request,) = server.received
    assert request.headers["Content-Type"] == "application/json"
    assert request.json == {"name": "Ação"}


def test_an_empty_answer_is_none(client, server):
    server.answer(200)
    assert client.request("GET", "/x") is None


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_success(client, server, status):
    server.answer(status)
    assert client.request("POST", "/x", json={}, expect="any") is None


@pytest.mark.parametrize("expect", ["json", "any"])
@pytest.mark.parametrize("page", [HTML, b"\r\n " + HTML])
def test_html_in_place_of_json_is_an_unexpected_answer(client, server, expect, page):
    server.answer(200, page, content_type="text/html")
    with pytest.raises(hub.UnexpectedAnswer):
        client.request("GET", "/x", expect=expect)


def test_text_is_taken_only_where_anything_is_expected(client, server):
    server.answer(200, b"OK", content_type="text/plain")
    assert client.request("POST", "/x", expect="any") == "OK"
    with pytest.raises(hub.UnexpectedAnswer):
        client.request("POST", "/x", expect="json")


def test_a_null_is_an_answer(client, server):
    server.answer(200, b" null\n")
    assert client.request("GET", "/x") is None


def test_bytes_come_as_they_are(client, server):
    server.answer(200, b"\x00\xff<", content_type="application/octet-stream")
    assert client.request("GET", "/x", expect="bytes") == b"\x00\xff<"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_the_token_goes_nowhere_else(client, server, status):
    with ScriptedServer() as elsewhere:
        elsewhere.answer(200, {})
        server.answer(status, Location=f"{elsewhere.url}/steal")
        with pytest.raises(hub.UnexpectedAnswer):
            client.request("GET", "/orders")
        assert elsewhere.received == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_renewal_follows_no_redirect_either(client, server, status):
    with ScriptedServer() as elsewhere:
        elsewhere.answer(200, {})
        server.answer(status, Location=f"{elsewhere.url}/auth/refresh")
        with pytest.raises(hub.Plug4MarketError):
            client.refresh_tokens()
        assert elsewhere.received == []


def test_a_proxy_of_the_environment_never_sees_what_is_sent_by_plain_http(
    server, monkeypatch
):
    server.answer(200, {})
    with ScriptedServer() as proxy:
        proxy.answer(200, {})
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        client = hub.Plug4MarketClient(server.url, make_pair())
        client.request("GET", "/x")
        assert proxy.received == []
    assert len(server.received) == 1


def test_a_netrc_entry_does_not_replace_the_token(
    client, server, pair, tmp_path, monkeypatch
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.answer(200, {})
    client._session.trust_env = True  # as with https
    client.request("GET", "/x")
    assert server.received[0].headers["Authorization"] == f"Bearer {pair.access_token}"


def test_a_failure_hidden_in_a_2xx_is_a_failure(client, server):
    body = {"error_status": 400, "error_messages": [{"message": "Preço inválido"}]}
    server.answer(200, body)
    with pytest.raises(hub.RejectedByHub) as caught:
        client.request("POST", "/x", json={}, expect="any")
    assert caught.value.status == 400
    assert caught.value.messages == ("Preço inválido",)


# -- renewal --------------------------------------------------------------------------


def renewing_client(server, pairs, **options):
    asked = []

    def renew(failed):
        asked.append(failed)
        return pairs.pop(0)

    client = hub.Plug4MarketClient(
        server.url, make_pair(0), renew=renew, timeout=PATIENCE, **options
    )
    return client, asked


def test_a_401_renews_once_and_repeats_the_call_with_the_new_token(server):
    server.answer(401).answer(200, {"ok": True})
    client, asked = renewing_client(server, [make_pair(1)])
    assert client.request("POST", "/x", json={"a": 1}) == {"ok": True}
    assert asked == [make_pair(0)]
    first, second = server.received
    assert first.body == second.body
    assert second.headers["Authorization"] == f"Bearer {make_pair(1).access_token}"


def test_the_new_pair_serves_the_next_calls(server):
    server.answer(401).answer(200, {})
    client, asked = renewing_client(server, [make_pair(1)])
    client.request("GET", "/x")
    client.request("GET", "/y")
    assert len(asked) == 1
    assert client.tokens == make_pair(1)


@pytest.mark.parametrize("second", [401, 403])
def test_a_second_refusal_means_new_tokens_are_needed(server, second):
    server.answer(401).answer(second, {"message": "Unauthorized"})
    client, asked = renewing_client(server, [make_pair(1), make_pair(2)])
    with pytest.raises(hub.CredentialsError) as caught:
        client.request("GET", "/x")
    assert caught.value.status == second
    assert len(asked) == 1
    assert len(server.received) == 2


def test_without_a_way_to_renew_a_401_is_final(client, server):
    server.answer(401)
    with pytest.raises(hub.CredentialsError):
        client.request("GET", "/x")
    assert len(server.received) == 1


def test_only_a_401_renews(server):
    server.answer(403, {"message": "Forbidden"})
    client, asked = renewing_client(server, [make_pair(1)])
    with pytest.raises(hub.CredentialsError):
        client.request("GET", "/x")
    assert asked == []


def test_a_failed_renewal_comes_through(server):
    server.answer(401)

    def renew(_pair):
        raise hub.HubUnavailable("later")

    client = hub.Plug4MarketClient(server.url, make_pair(), renew=renew)
    with pytest.raises(hub.HubUnavailable):
        client.request("GET", "/x")


def test_a_store_without_tokens_makes_no_call(server):
    with pytest.raises(hub.CredentialsError):
        hub.Plug4MarketClient(server.url).get_order("x")
    for tokens in (None, hub.TokenPair("a", "")):
        with pytest.raises(hub.CredentialsError):
            hub.Plug4MarketClient(server.url, tokens).refresh_tokens()
    assert server.received == []


@pytest.mark.parametrize("token", ["a\nb", "ação", "a\r\nX-Evil: 1"])
def test_a_token_that_no_header_can_carry_is_not_sent(server, token):
    client = hub.Plug4MarketClient(server.url, hub.TokenPair(token, "r"))
    with pytest.raises(hub.CredentialsError) as caught:
        client.request("GET", "/x")
    assert token not in str(caught.value)
    assert server.received == []


# -- refreshing -----------------------------------------------------------------------


def test_refresh_sends_no_authorization_and_returns_both_new_tokens(
    client, server, pair
):
    access, refresh = make_tokens(1)
    server.answer(200, {"accessToken": access, "refreshToken": refresh})
    assert client.refresh_tokens() == hub.TokenPair(access, refresh)
    (request,) = server.received
    assert (request.method, request.path) == ("POST", "/auth/refresh")
    assert request.json == {"refreshToken": pair.refresh_token}
    assert "Authorization" not in request.headers


def test_refresh_leaves_the_client_with_the_old_pair_until_it_is_saved(
    client, server, pair
):
    access, refresh = make_tokens(1)
    server.answer(200, {"accessToken": access, "refreshToken": refresh})
    client.refresh_tokens()
    assert client.tokens == pair


def test_refresh_is_tried_once_more_with_the_old_token_on_a_401(client, server, pair):
    access, refresh = make_tokens(1)
    server.answer(401).answer(201, {"accessToken": access, "refreshToken": refresh})
    assert client.refresh_tokens().access_token == access
    assert server.received[1].headers["Authorization"] == f"Bearer {pair.access_token}"


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_refused_refresh_asks_for_new_tokens(client, server, status):
    server.answer(status, {"message": "Refresh token inválido"})
    with pytest.raises(hub.CredentialsError) as caught:
        client.refresh_tokens()
    assert "Gerar Tokens" in caught.value.user_message
    assert caught.value.messages == ("Refresh token inválido",)


@pytest.mark.parametrize("status", [404, 405])
@pytest.mark.parametrize("message", ["Cannot POST /auth/refresh", "Not Found", ""])
def test_a_wrong_address_does_not_declare_the_tokens_dead(
    client, server, pair, status, message
):
    server.answer(status, {"message": message})
    with pytest.raises(hub.NotTheHub):
        client.refresh_tokens()
    assert client.tokens == pair


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_refresh_that_may_work_later_keeps_the_store_going(client, server, status):
    server.answer(status, {"message": "x"})
    with pytest.raises(hub.TransientError):
        client.refresh_tokens()


def test_a_firewall_page_does_not_declare_the_tokens_dead(client, server):
    server.answer(403, HTML, content_type="text/html")
    with pytest.raises(hub.HubUnavailable):
        client.refresh_tokens()


@pytest.mark.parametrize("body", [b"", {}, [], {"accessToken": None}, b'"x"'])
def test_a_refresh_without_tokens_in_its_answer_is_unexpected(client, server, body):
    server.answer(200, body)
    with pytest.raises(hub.UnexpectedAnswer):
        client.refresh_tokens()


def test_a_refresh_without_a_new_refresh_token_keeps_the_old_one(client, server, pair):
    access, _refresh = make_tokens(1)
    server.answer(200, {"accessToken": access})
    assert client.refresh_tokens() == hub.TokenPair(access, pair.refresh_token)


# -- budget and observation -----------------------------------------------------------


def test_each_call_and_each_repeat_is_counted_but_no_refresh(server):
    counted = []
    access, refresh = make_tokens(1)
    server.answer(401).answer(200, {"accessToken": access, "refreshToken": refresh})
    server.answer(200, {})

    def renew(pair):
        return hub.Plug4MarketClient(
            server.url, pair, acquire=lambda: counted.append("auth")
        ).refresh_tokens()

    client = hub.Plug4MarketClient(
        server.url,
        make_pair(),
        renew=renew,
        acquire=lambda: counted.append("call"),
    )
    client.request("GET", "/x")
    assert counted == ["call", "call"]
    assert [path for _method, path in server.calls] == ["/x", "/auth/refresh", "/x"]


def test_an_exhausted_budget_sends_nothing(server):
    def acquire():
        raise hub.BudgetExhausted("minute used up", retry_after=12)

    client = hub.Plug4MarketClient(server.url, make_pair(), acquire=acquire)
    with pytest.raises(hub.BudgetExhausted) as caught:
        client.request("GET", "/x")
    assert caught.value.retry_after == 12
    assert caught.value.retryable
    assert server.received == []


def test_the_observer_sees_each_call_with_the_clock_it_was_given(server):
    ticks = itertools.chain([1.0], itertools.repeat(1.25))
    seen = []
    server.answer(503)
    client = hub.Plug4MarketClient(
        server.url,
        make_pair(),
        observe=lambda *call: seen.append(call),
        clock=lambda: next(ticks),
    )
    with pytest.raises(hub.HubUnavailable):
        client.request("GET", "/x")
    assert seen == [("GET", "/x", 503, 250.0)]


# -- no answer ------------------------------------------------------------------------


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_refused_connection_was_surely_not_sent():
    seen = []
    client = hub.Plug4MarketClient(
        f"http://127.0.0.1:{free_port()}",
        make_pair(),
        observe=lambda *call: seen.append(call[:3]),
    )
    with pytest.raises(hub.HubUnreachable) as caught:
        client.request("GET", "/x")
    assert caught.value.sent is False
    assert "cannot be reached" in caught.value.user_message
    assert caught.value.retryable
    assert seen == [("GET", "/x", None)]


def test_a_connection_cut_after_sending_may_have_had_its_effect(client, server):
    server.answer(None)
    with pytest.raises(hub.HubUnreachable) as caught:
        client.request("POST", "/x", json={})
    assert caught.value.sent is True


def test_no_answer_in_time_may_have_had_its_effect():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = hub.Plug4MarketClient(url, make_pair(), timeout=0.05)
        with pytest.raises(hub.HubUnreachable) as caught:
            client.request("POST", "/x", json={})
    assert caught.value.sent is True
    assert "in time" in caught.value.user_message


@pytest.mark.parametrize("url", ["", "api.plug4market.com.br", "ftp://x", "http://[x"])
def test_a_wrong_address_is_not_retried(url):
    with pytest.raises(hub.Plug4MarketError) as caught:
        hub.Plug4MarketClient(url, make_pair()).request("GET", "/x")
    assert not caught.value.retryable
    assert "address" in str(caught.value)


# -- secrets --------------------------------------------------------------------------


def test_one_line_a_call_without_tokens_bodies_or_queries(client, server, pair, caplog):
    caplog.set_level(logging.DEBUG, logger="hub")
    server.answer(200, {"name": "Maria"})
    client.request("POST", "/orders/1/confirm", params={"q": "z9"}, json={"a": "b7"})
    (record,) = [r for r in caplog.records if r.name.startswith("hub")]
    line = record.getMessage()
    assert line.startswith("Plug4Market POST /orders/1/confirm -> 200 in ")
    for hidden in (*make_tokens(), "Maria", "b7", "z9"):
        assert hidden not in line


def test_no_repr_and_no_error_shows_a_token(client, server, pair):
    access, refresh = make_tokens()
    server.answer(401, {"message": f"jwt {access} expired"})
    with pytest.raises(hub.CredentialsError) as caught:
        client.request("GET", "/x")
    error = caught.value
    texts = (
        repr(pair),
        str(pair),
        repr(client),
        f"{pair}",
        str(error),
        repr(error),
        error.user_message,
        str(error.messages),
    )
    for text in texts:
        assert access not in text
        assert refresh not in text
        assert access.split(".")[1] not in text


SECRETS = [
    "Bearer abc.def",
    f"token {make_jwt(store='1')} end",
    f"{make_jwt(store='1').split('.')[0]}.{make_jwt(a='1').split('.')[1]}.x",
    '{"accessToken": "s3cr3t value", "x": 1}',
    "refresh_token=s3cr3t&x=1",
    "{'refreshToken': 's3cr3t'}",
    "Authorization: Bearer s3cr3t",
    "password: s3cr3t",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_the_logger_masks_secrets_wherever_they_stand(secret, caplog):
    logger = logging.getLogger("hub")
    caplog.set_level(logging.DEBUG, logger="hub")
    logger.info(secret)
    logger.info("value %s and %d", secret, 3)
    logger.info("%(accessToken)s %(kept)s", {"accessToken": "s3cr3t", "kept": secret})
    logger.info("%s", {"refreshToken": "s3cr3t", "inside": [secret]})
    try:
        raise ValueError(secret)
    except ValueError:
        logger.exception("failed: %s", secret)
    for hidden in ("s3cr3t", "abc.def", "eyJ"):
        assert hidden not in caplog.text
    assert "and 3" in caplog.text
    assert "failed: " in caplog.text


def test_masking_leaves_ordinary_words_alone():
    line = "Plug4Market PUT /products/ABC-1 -> 200 in 12 ms, host api.sandbox.x.com.br"
    assert hub.mask_text(line) == line
