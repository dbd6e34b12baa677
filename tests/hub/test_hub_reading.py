"""Answers of any size and any slowness: each ends within bounds, as one clear error."""

import io
import itertools
import socket
import zipfile
import zlib
from contextlib import contextmanager
from threading import Event, Thread

import hub
import pytest
from hub.const import ANSWER_SECONDS, MAX_ANSWER_BYTES, MAX_LABEL_BYTES
from hub.errors import MAX_BODY
from hub.labels import MAX_SECONDS, download_label
from hub_fakes import bomb, holding_at_most, make_pair

UID = "0a1b2c3d-0000-4000-8000-000000000001"
MEGABYTE = 1_000_000
ZLIB, RAW = 15, -15


def endless():
    return itertools.repeat(b" " * 65_536)


# -- size -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "packing"),
    [
        (bomb(100), "gzip"),
        (bomb(100), "x-gzip"),
        (bomb(100), "GZIP "),
        (bomb(100, ZLIB), "deflate"),
        (bytes(MAX_ANSWER_BYTES + 1), "identity"),
    ],
)
def test_a_large_answer_is_one_error_and_never_held_whole(
    client, server, body, packing
):
    server.answer(200, body, Content_Encoding=packing)
    with holding_at_most(2 * MAX_ANSWER_BYTES), pytest.raises(hub.AnswerTooLarge) as e:
        client.request("GET", "/orders")
    assert not e.value.retryable
    assert not isinstance(e.value, hub.UnexpectedAnswer | hub.TransientError)
    assert e.value.limit == MAX_ANSWER_BYTES


def test_a_packed_endless_answer_is_hung_up_on(client, server):
    def pieces():
        packer = zlib.compressobj(wbits=31)
        while True:
            yield packer.compress(b"x" * MEGABYTE) + packer.flush(zlib.Z_SYNC_FLUSH)

    server.answer(200, pieces(), Content_Encoding="gzip")
    with holding_at_most(2 * MAX_ANSWER_BYTES), pytest.raises(hub.AnswerTooLarge):
        client.request("GET", "/orders")
    assert server.hung_up.wait(30)


@pytest.mark.parametrize("expect", ["json", "any", "bytes"])
def test_an_endless_answer_is_hung_up_on(client, server, expect):
    server.answer(200, endless())
    with pytest.raises(hub.AnswerTooLarge):
        client.request("GET", "/orders", expect=expect)
    assert server.hung_up.wait(30)


def test_an_answer_of_just_the_limit_is_read(client, server):
    server.answer(200, b'"' + b"x" * (MAX_ANSWER_BYTES - 2) + b'"')
    assert len(client.request("GET", "/x")) == MAX_ANSWER_BYTES - 2


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (400, hub.RejectedByHub),
        (403, hub.CredentialsError),
        (404, hub.NotFoundInHub),
        (429, hub.RateLimited),
        (502, hub.HubUnavailable),
    ],
)
@pytest.mark.parametrize("endless_body", [False, True])
def test_a_large_error_answer_still_gives_its_status(
    client, server, status, family, endless_body
):
    if endless_body:
        server.answer(status, endless())
    else:
        server.answer(status, bomb(100), Content_Encoding="gzip")
    with holding_at_most(5 * MAX_BODY), pytest.raises(family) as caught:
        client.request("GET", "/x")
    assert caught.value.status == status


@pytest.mark.parametrize("packing", ["br", "gzip, gzip"])
def test_an_error_answer_that_cannot_be_unpacked_still_gives_its_status(
    client, server, packing
):
    server.answer(400, b"no zip", Content_Encoding=packing)
    with pytest.raises(hub.RejectedByHub):
        client.request("GET", "/x")


def test_an_error_answer_that_breaks_off_still_gives_its_status(client, server):
    def pieces():
        yield b'{"message":'
        raise ConnectionError

    server.answer(422, pieces())
    with pytest.raises(hub.RejectedByHub):
        client.request("GET", "/x")


@pytest.mark.parametrize("status", [301, 302, 308])
def test_a_redirect_is_refused_without_reading_what_comes_with_it(
    client, server, status
):
    server.answer(status, endless(), Location="/elsewhere")
    with holding_at_most(5 * MAX_BODY), pytest.raises(hub.UnexpectedAnswer):
        client.request("GET", "/x")
    assert server.hung_up.wait(30)


def test_a_refused_token_is_renewed_whatever_the_refusal_holds(server):
    server.answer(401, endless()).answer(200, {"ok": True})
    client = hub.Plug4MarketClient(
        server.url, make_pair(), renew=lambda _failed: make_pair(1)
    )
    assert client.request("GET", "/x") == {"ok": True}


def test_a_large_renewal_does_not_declare_the_tokens_dead(client, server):
    server.answer(200, bomb(100), Content_Encoding="gzip")
    with pytest.raises(hub.AnswerTooLarge):
        client.refresh_tokens()


# -- packing --------------------------------------------------------------------------


def test_a_packed_answer_is_unpacked(client, server):
    body = b'{"name": "' + "ação".encode() * 100_000 + b'"}'
    for packing, wbits in (("gzip", 31), ("deflate", ZLIB)):
        packer = zlib.compressobj(wbits=wbits)
        packed = packer.compress(body) + packer.flush()
        server.answers[:] = []
        server.answer(200, packed, Content_Encoding=packing)
        assert client.request("GET", "/x") == {"name": "ação" * 100_000}


def test_only_what_is_understood_is_asked_for(client, server):
    server.answer(200, {})
    client.request("GET", "/x")
    assert server.received[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("body", "packing"),
    [
        (b"{}", "br"),
        (bomb(1), "gzip, gzip"),
        (b"{}", "gzip"),
        (bomb(1, RAW), "deflate"),
        (bomb(1)[:-500], "gzip"),
    ],
)
def test_what_cannot_be_unpacked_is_no_answer(client, server, body, packing):
    server.answer(200, body, Content_Encoding=packing)
    with pytest.raises(hub.UnexpectedAnswer):
        client.request("GET", "/x")


def test_a_connection_serves_one_call_after_the_other(client, server):
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b"{}") + packer.flush()
    server.answer(200, {}).answer(200, packed, Content_Encoding="gzip")
    server.answer(404, {}).answer(200, iter([b"{", b"}"])).answer(204)
    for _answer in range(5):
        try:
            client.request("GET", "/x")
        except hub.NotFoundInHub:
            pass
    assert len({request.peer for request in server.received}) == 1


# -- time -----------------------------------------------------------------------------


@contextmanager
def dripping(start, drop):
    """Serve an answer that begins with ``start`` and drips ``drop`` for ever."""
    hung_up = Event()

    def serve():
        connection, _peer = listening.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(start)
            try:
                while True:
                    connection.sendall(drop)
                    hung_up.wait(0.001)
            except ConnectionError:
                hung_up.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", hung_up
        thread.join()


DRIPS = {
    "a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", b" "),
    "a body until its end": (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "an error": (b"HTTP/1.1 500 Oh\r\nContent-Length: 9999999\r\n\r\n", b" "),
    "a header": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "preliminaries": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("drip", DRIPS)
def test_an_answer_that_drips_for_ever_ends(drip):
    clock = itertools.count(step=ANSWER_SECONDS / 20)
    with dripping(*DRIPS[drip]) as (url, hung_up):
        client = hub.Plug4MarketClient(url, make_pair(), clock=clock.__next__)
        with pytest.raises(hub.TransientError) as caught:
            client.request("POST", "/x", json={})
        client.close()
        assert hung_up.wait(30)
    if drip == "an error":
        assert caught.value.status == 500
    else:
        assert "in time" in caught.value.user_message
        assert caught.value.sent is True


def test_a_label_that_drips_for_ever_ends():
    clock = itertools.count(step=MAX_SECONDS / 20)
    with dripping(*DRIPS["a body"]) as (url, hung_up):
        with pytest.raises(hub.UnexpectedAnswer):
            download_label(f"{url}/1.pdf", url, clock=clock.__next__)
        assert hung_up.wait(30)


# -- labels ---------------------------------------------------------------------------


def test_a_label_may_be_larger_than_other_answers(client, server):
    pdf = b"%PDF-1.4\n" + bytes(MAX_ANSWER_BYTES + 1)
    server.answer(200, pdf, content_type="application/pdf")
    assert client.fetch_label(UID).content == pdf


@pytest.mark.parametrize("at_an_address", [False, True])
def test_a_large_label_is_one_error_and_never_held_whole(client, server, at_an_address):
    if at_an_address:
        server.answer(200, {"url": f"{server.url}/1.pdf"})
    server.answer(200, bomb(100), Content_Encoding="gzip")
    with holding_at_most(2 * MAX_LABEL_BYTES), pytest.raises(hub.UnusableLabel) as e:
        client.fetch_label(UID)
    assert e.value.reason == "too_large"


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_that_python_would_unpack_at_once_is_not_opened(packing):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", packing) as file:
        file.writestr("a.pdf", b"%PDF-1.4\n" + bytes(100 * MEGABYTE))
    content = archive.getvalue()
    assert len(content) < MEGABYTE
    with holding_at_most(MEGABYTE), pytest.raises(hub.UnusableLabel, match="broken"):
        hub.label_parts("zip", content)
