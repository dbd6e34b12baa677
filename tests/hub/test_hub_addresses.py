"""Which addresses may get the tokens, and which are one and the same host."""

import hub
import pytest

ANYWHERE = [
    "https://api.plug4market.com.br",
    "HTTPS://API.Plug4Market.com.br/",
    "https://hub.parceiro.com.br:8443/plug4market/v1",
    "https://xn--agiu-0oa.com.br",
    "  https://api.plug4market.com.br  ",
    "https://10.0.0.7",
]
SIMULATORS = [
    "http://127.0.0.1:8070",
    "http://localhost:8070/",
    "http://LOCALHOST",
    "http://127.9.9.9",
    "http://[::1]:8070",
]
NOWHERE = [
    "",
    None,
    "api.plug4market.com.br",
    "ftp://127.0.0.1",
    "https://",
    "https:///orders",
    "https:api.plug4market.com.br",
    "http://api.plug4market.com.br",
    "http://10.0.0.7:8070",
    "http://127.1",
    "http://0x7f.0.0.1",
    "http://2130706433",
    "http://127.000.000.001",
    "http://0.0.0.0",
    "http://[::]",
    "http://[::1",
    "http://localhost.evil.com",
    "http://127.0.0.1.evil.com",
    "http://localhost@evil.com",
    "http://127.0.0.1:8070@evil.com",
    "https://user:pass@api.plug4market.com.br",
    "https://api.plug4market.com.br@evil.com",
    "https://evil.com\\@api.plug4market.com.br",
    "https://evil.com\\.api.plug4market.com.br",
    "https:\\\\evil.com",
    "https://api.plug4market.com.br.",
    "https://api..plug4market.com.br",
    "https://-evil.com",
    "https://api.plug4market.com.br#@evil.com",
    "https://api.plug4market.com.br?@evil.com",
    "https://api.plug4market.com.br/?next=x",
    "https://api.plug4market.com.br%2eevil.com",
    "https://\N{CYRILLIC SMALL LETTER A}pi.plug4market.com.br",
    "https://api\N{IDEOGRAPHIC FULL STOP}plug4market.com.br",
    "https://api.plug4mar\N{KELVIN SIGN}et.com.br",
    "https://api.plug4market.com.br:0",
    "https://api.plug4market.com.br:65536",
    "https://api.plug4market.com.br:",
    "https://api.plug4market.com.br:x",
    "https://api.plug4market.com.br\n.evil.com",
    "https://api plug4market.com.br",
    "https://api.plug4market.com.br/a b",
]


@pytest.mark.parametrize("address", ANYWHERE)
def test_https_may_get_the_tokens(address):
    assert hub.may_get_tokens(address)
    assert hub.may_get_tokens(address, simulator=True)


@pytest.mark.parametrize("address", SIMULATORS)
def test_plain_http_is_for_a_simulator_on_this_machine(address):
    assert hub.may_get_tokens(address, simulator=True)
    assert not hub.may_get_tokens(address)


@pytest.mark.parametrize("address", NOWHERE)
def test_nothing_else_may_get_them(address):
    assert not hub.may_get_tokens(address)
    assert not hub.may_get_tokens(address, simulator=True)


@pytest.mark.parametrize("address", hub.BASE_URLS.values())
def test_the_hubs_own_addresses_may(address):
    assert hub.may_get_tokens(address, simulator=address.startswith("http:"))


@pytest.mark.parametrize(
    "other",
    [
        "https://API.plug4market.com.br/",
        "https://api.plug4market.com.br:443",
        " https://api.plug4market.com.br/v2",
    ],
)
def test_the_same_host_is_known_in_another_spelling(other):
    assert hub.hub_origin(other) == hub.hub_origin("https://api.plug4market.com.br")


@pytest.mark.parametrize(
    "other",
    [
        "https://api.sandbox.plug4market.com.br",
        "https://api.plug4market.com.br:8443",
        "http://api.plug4market.com.br",
        "https://api.plug4market.com",
        "not an address",
    ],
)
def test_another_scheme_host_or_port_is_another_place(other):
    assert hub.hub_origin(other) != hub.hub_origin("https://api.plug4market.com.br")


@pytest.mark.parametrize("address", [*ANYWHERE, *SIMULATORS])
def test_the_http_library_reads_the_host_that_was_checked(address):
    import requests
    from urllib3.util import parse_url

    sent = parse_url(requests.Request("GET", address.strip()).prepare().url)
    port = sent.port or {"https": 443, "http": 80}[sent.scheme]
    assert hub.hub_origin(address) == f"{sent.scheme}://{sent.host}:{port}"
