"""Labels that lie elsewhere, labels in zips, and labels nobody can print."""

import base64
import io
import zipfile

import hub
import pytest
from hub.const import MAX_LABEL_BYTES
from hub.labels import MAX_ENTRIES, download_label

UID = "0a1b2c3d-0000-4000-8000-000000000001"
PDF = b"%PDF-1.4\n..."
ZPL = b"^XA^FO50,50^FDhi^FS^XZ"


def zipped(files, packing=zipfile.ZIP_DEFLATED):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", packing) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return archive.getvalue()


def unusable(reason):
    return pytest.raises(hub.UnusableLabel, match=reason)


# -- addresses ------------------------------------------------------------------------


def test_a_label_at_the_simulators_own_address_is_fetched_without_the_token(
    client, server
):
    server.answer(200, {"url": f"{server.url}/etiqueta.pdf?x=1"})
    server.answer(200, PDF, content_type="application/pdf")
    label = client.fetch_label(UID)
    assert (label.kind, label.content) == ("pdf", PDF)
    asked, fetched = server.received
    assert "Authorization" in asked.headers
    assert fetched.path == "/etiqueta.pdf?x=1"
    assert "Authorization" not in fetched.headers


@pytest.mark.parametrize(
    "url",
    [
        "http://labels.example/1.pdf",
        "ftp://labels.example/1.pdf",
        "http://127.0.0.1:1/1.pdf",
        "https://127.0.0.1/1.pdf",
        "https://10.0.0.7/1.pdf",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/1.pdf",
        "https://[::ffff:10.0.0.7]/1.pdf",
        "https://0.0.0.0/1.pdf",
        "https://x:99999/1.pdf",
        "https:///1.pdf",
    ],
)
def test_an_address_that_is_not_public_https_is_never_spoken_to(server, url):
    with unusable("bad_address"):
        download_label(url, server.url)
    assert not server.received


def test_a_name_that_means_a_private_address_is_never_spoken_to(server):
    def resolve(host, port, **_options):
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("10.1.1.1", 1))]

    with unusable("bad_address"):
        download_label("https://labels.example/1.pdf", server.url, resolve=resolve)


def test_a_real_hub_lends_nobody_the_machine_odoo_runs_on(server):
    with unusable("bad_address"):
        download_label(f"{server.url}/1.pdf", "https://api.plug4market.com.br")
    assert not server.received


@pytest.mark.parametrize(
    "location", ["http://10.0.0.7/1.pdf", "https://192.168.1.1/", "file:///etc/passwd"]
)
def test_a_redirect_is_checked_as_the_first_address_was(server, location):
    server.answer(302, Location=location)
    with unusable("bad_address"):
        download_label(f"{server.url}/1.pdf", server.url)
    assert len(server.received) == 1


def test_a_redirect_to_an_allowed_address_is_followed_and_not_for_ever(server):
    server.answer(302, Location="/2.pdf").answer(200, PDF)
    assert download_label(f"{server.url}/1.pdf", server.url)[0] == PDF
    server.answers[:] = []
    server.answer(302, Location="/again.pdf")
    with pytest.raises(hub.UnexpectedAnswer):
        download_label(f"{server.url}/1.pdf", server.url)


def test_an_address_that_has_no_file_now_is_asked_again_later(client, server):
    server.answer(200, {"url": f"{server.url}/1.pdf"}).answer(404, b"gone")
    with pytest.raises(hub.UnexpectedAnswer):
        client.fetch_label(UID)
    with pytest.raises(hub.UnexpectedAnswer):
        download_label("http://127.0.0.1:1/1.pdf", "http://127.0.0.1:1")


def test_an_endless_file_is_cut_off(server):
    server.answer(200, bytes(MAX_LABEL_BYTES + 1))
    with pytest.raises(hub.AnswerTooLarge):
        download_label(f"{server.url}/1.pdf", server.url)


# -- what came ------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{"status": "PENDING"}, [], {"url": ""}])
def test_json_without_a_label_means_not_yet(client, server, body):
    server.answer(200, body)
    with pytest.raises(hub.UnexpectedAnswer):
        client.fetch_label(UID)


@pytest.mark.parametrize(
    ("body", "reason"),
    [(b"\x89PNG\r\n\x1a\n", "unknown"), (PDF + bytes(MAX_LABEL_BYTES), "too_large")],
)
def test_what_cannot_be_printed_is_said_so(client, server, body, reason):
    server.answer(200, body, content_type="application/octet-stream")
    with unusable(reason):
        client.fetch_label(UID)


def test_the_parts_of_a_zip_are_known_by_their_bytes():
    files = {"x/": b"", "leia-me.txt": b"hi", "a.bin": PDF, "b": ZPL}
    assert hub.label_parts("zip", zipped(files)) == [("pdf", PDF), ("zpl", ZPL)]
    assert hub.label_parts("zpl", ZPL) == [("zpl", ZPL)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 and nothing", "broken"),
        (zipped({"a": PDF + b"x" * 99})[:60], "broken"),
        (zipped({}), "unknown"),
        (zipped({"a.txt": b"hi"}), "unknown"),
        (zipped({"a.zip": zipped({"b.pdf": PDF})}), "unknown"),
        (zipped({str(n): ZPL for n in range(MAX_ENTRIES + 1)}), "too_large"),
        (zipped({"a": PDF + bytes(25_000_000)}), "too_large"),
        (zipped({str(n): bytes(9_000_000) for n in range(3)}), "too_large"),
    ],
)
def test_a_zip_that_gives_no_label_is_refused(content, reason):
    with unusable(reason):
        hub.label_parts("zip", content)


def test_a_zip_that_was_damaged_on_the_way_is_refused():
    content = bytearray(zipped({"a": PDF}, zipfile.ZIP_STORED))
    content[content.index(PDF)] ^= 1
    with unusable("broken"):
        hub.label_parts("zip", bytes(content))


def test_an_encrypted_zip_is_refused():
    content = bytearray(zipped({"a": PDF}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with unusable("broken"):
        hub.label_parts("zip", bytes(content))


# -- what printers and marketplaces really send ---------------------------------------

PROLOG = b"\x10CT~~CD,~CC^~CT~\n"
SECOND = b"^XA^FO50,50^FDparcel 2^FS^XZ"


def base64_of(content):
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    "before",
    [
        b"",
        PROLOG,
        PROLOG.lstrip(b"\x10"),
        b"\xef\xbb\xbf" + PROLOG,
        b"\r\n  CT~~CD,~CC^~CT~\r\n",
        b"~DGR:LOGO.GRF,00080,010,FFFF\n",
        b"^FX a comment ^FS",
        PROLOG + b"~DG000.GRF,1,1,FF\n",
    ],
)
@pytest.mark.parametrize("way", ["file", "base64", "text", "zip"])
def test_zpl_is_a_label_whatever_its_printer_wants_first(client, server, before, way):
    zpl = before + ZPL
    answer = {
        "file": zpl,
        "base64": {"label": base64_of(zpl)},
        "text": {"zpl": zpl.decode("utf-8")},
        "zip": zipped({"etiqueta.txt": zpl}),
    }[way]
    server.answer(200, answer)
    label = client.fetch_label(UID)
    ((kind, content),) = hub.label_parts(label.kind, label.content)
    assert kind == "zpl"
    assert ZPL in content


@pytest.mark.parametrize("content", [b"CTRL ^XA", b"CT~~CD,~CC^~CT~ no label", b"ok"])
def test_what_only_resembles_zpl_is_none(content):
    assert hub.labels.sniff_label(content, "x") is None


def test_the_labels_of_several_parcels_are_one_file(client, server):
    parcels = [{"pdf": base64_of(PDF)}, {"pdf": base64_of(PDF + b"2")}]
    server.answer(200, {"labels": parcels})
    label = client.fetch_label(UID)
    assert label.kind == "zip"
    assert hub.label_parts(label.kind, label.content) == [
        ("pdf", PDF),
        ("pdf", PDF + b"2"),
    ]


def test_several_zpl_labels_and_those_of_zips_stay_in_their_order(client, server):
    server.answer(200, [ZPL.decode(), SECOND.decode()])
    label = client.fetch_label(UID)
    assert [part for _k, part in hub.label_parts("zip", label.content)] == [ZPL, SECOND]
    zips = [zipped({"1.zpl": ZPL}), zipped({"2.zpl": SECOND})]
    server.answer(200, {"files": [base64_of(content) for content in zips]})
    label = client.fetch_label(UID)
    assert [part for _k, part in hub.label_parts("zip", label.content)] == [ZPL, SECOND]


def test_the_same_label_twice_or_in_two_formats_is_printed_once(client, server):
    server.answer(200, {"label": base64_of(PDF), "copy": base64_of(PDF)})
    assert client.fetch_label(UID).content == PDF
    server.answer(200, {"zpl": ZPL.decode(), "pdf": base64_of(PDF)})
    assert client.fetch_label(UID).content == PDF


def test_a_document_beside_its_address_is_taken_and_the_address_left(client, server):
    server.answer(200, {"url": "https://labels.example/1.pdf", "pdf": base64_of(PDF)})
    assert client.fetch_label(UID).content == PDF
