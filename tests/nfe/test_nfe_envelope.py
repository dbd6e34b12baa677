"""What is around a note: gzip, base64, SOAP, docZip, ERPs' own; never from outside."""

import base64
import gzip

import issuers
import nfe
import pytest
from lxml import etree

from simulator.nfe import DEFAULTS, NAMESPACE, build_key, build_nfe
from simulator.nfe_event import build_event

NOTE = build_nfe()
KEY = build_key(DEFAULTS)
OTHER = build_nfe(number=124, recipient="11144477735")
OTHER_KEY = build_key({**DEFAULTS, "number": 124})


def read(content):
    return nfe.NfeDocument.from_xml(content)


def facts(document):
    """All that is read of a note but its text."""
    return {
        name: getattr(document, name)
        for name in document.__slots__
        if name != "xml_text"
    }


def canonical(content):
    """What the signature of a note is over."""
    root = etree.fromstring(content)
    return etree.tostring(root.find(".//{*}infNFe"), method="c14n")


# -- the note in it -----------------------------------------------------------


@pytest.mark.parametrize("form", ["plain", "prefixed", "ISO-8859-1", "pretty"])
@pytest.mark.parametrize("envelope", issuers.ENVELOPES)
def test_the_envelope_of_a_note_does_not_matter(envelope, form):
    note = {
        "plain": NOTE,
        "prefixed": build_nfe(prefix="nfe"),
        "ISO-8859-1": build_nfe(encoding="ISO-8859-1"),
        "pretty": issuers.pretty(NOTE),
    }[form]
    if form == "prefixed" and envelope in ("enviNFe", "sent and answered apart"):
        # These take the note apart by its plain names.
        return
    if form == "ISO-8859-1":
        # Inside of another file it is in the encoding of that, whatever it declares.
        inside = envelope not in ("gzip", "base64", "base64 of gzip", "data address")
        note = note.decode("ISO-8859-1").encode() if inside else note
    document = read(issuers.ENVELOPES[envelope](note))
    assert facts(document) == facts(read(note))
    assert nfe.pre_flight(document, now=DEFAULTS["date"]) == []


@pytest.mark.parametrize("prefix", ["", "nfe"])
@pytest.mark.parametrize("envelope", issuers.ENVELOPES)
def test_what_is_signed_leaves_its_envelope_as_it_was(envelope, prefix):
    if prefix and envelope in ("enviNFe", "sent and answered apart"):
        return
    note = build_nfe(prefix=prefix)
    taken = read(issuers.ENVELOPES[envelope](note)).xml_text
    assert canonical(taken.encode()) == canonical(note)
    root = etree.fromstring(taken.encode())
    assert root.tag == f"{{{NAMESPACE}}}nfeProc"
    assert [etree.QName(child).localname for child in root] == ["NFe", "protNFe"]


def test_a_note_that_is_a_text_is_sent_to_the_last_character():
    note = NOTE.replace(b"VENDA", b"VENDA &amp; CIA")
    for envelope in ("CDATA of an ERP", "escaped text of an ERP", "docZip", "gzip"):
        assert read(issuers.ENVELOPES[envelope](note)).xml_text == note.decode()


def test_a_batch_that_was_never_answered_is_not_authorised():
    unanswered = issuers.batch(build_nfe(status=None))
    codes = [f.code for f in nfe.pre_flight(read(unanswered), now=DEFAULTS["date"])]
    assert codes == ["not_authorised", "no_protocol"]


def test_the_answer_about_another_note_authorises_nothing():
    answered = issuers.apart(NOTE).replace(
        f"<chNFe>{KEY}".encode(), f"<chNFe>{OTHER_KEY}".encode()
    )
    assert read(answered).protocol == ""


def test_the_authorised_note_wins_over_the_same_that_was_sent():
    sent = issuers.bare(build_nfe(status=None))
    document = read(b"<x>" + sent + issuers.bare(NOTE) + b"</x>")
    assert document.status_code == "100"


def test_an_event_in_the_envelope_cancels_its_note():
    event = issuers.bare(build_event())
    for events in (event, issuers.bare(build_event(layout="pair"))):
        content = b"<x>" + issuers.bare(NOTE) + events + b"</x>"
        assert read(content).cancelled
    zipped = issuers.distribution(NOTE, build_event())
    assert read(zipped).cancelled
    assert not read(issuers.distribution(NOTE, build_event(key=OTHER_KEY))).cancelled


# -- several ------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 50])
def test_a_file_with_several_notes_is_none_of_one(count):
    notes = [build_nfe(number=number) for number in range(1, count + 1)]
    with pytest.raises(nfe.NotAnNfe) as caught:
        read(issuers.distribution(*notes))
    assert caught.value.reason == "several_notes"
    pieces = nfe.unpack("lote.xml", issuers.distribution(*notes))
    assert [piece.content for piece in pieces] == notes
    assert pieces[-1].name == f"lote.xml ({count})"


def test_notes_and_events_of_an_envelope_come_apart():
    event = build_event(key=OTHER_KEY)
    content = b"".join(map(issuers.bare, (NOTE, event, OTHER)))
    pieces = nfe.unpack("lote.xml", b"<x>" + content + b"</x>")
    assert [piece.name for piece in pieces] == [
        "lote.xml (1)",
        "lote.xml (2)",
        "lote.xml (3)",
    ]
    first, second, rest = (piece.content for piece in pieces)
    assert [read(first).access_key, read(second).access_key] == [KEY, OTHER_KEY]
    with pytest.raises(nfe.NotAnNfe) as caught:
        read(rest)
    assert [event.access_key for event in caught.value.events] == [OTHER_KEY]


def test_a_file_that_is_one_document_stays_as_it_came():
    latin = build_nfe(encoding="ISO-8859-1")
    for content in (latin, build_event(layout="retEnvEvento"), b"<order/>", b"hello"):
        (piece,) = nfe.unpack("1.xml", content)
        assert (piece.name, piece.content) == ("1.xml", content)


def test_a_packed_note_is_kept_as_its_xml():
    (piece,) = nfe.unpack("1.xml.gz", gzip.compress(NOTE))
    assert (piece.name, piece.content) == ("1.xml.gz", NOTE)


# -- never from outside, never without end ------------------------------------

ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE n [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    + issuers.bare(NOTE).replace(b"Maria", b"&x;")
)


@pytest.mark.parametrize("envelope", ["docZip", "CDATA of an ERP", "base64 of an ERP"])
def test_an_entity_inside_of_an_envelope_is_read_no_more_than_outside(envelope):
    with pytest.raises(nfe.NotAnNfe) as caught:
        read(issuers.ENVELOPES[envelope](ENTITY))
    # What is not packed is seen at the first look.
    seen = envelope == "CDATA of an ERP"
    assert caught.value.reason == ("doctype" if seen else "not_nfe_proc")


@pytest.mark.parametrize("envelope", ["gzip", "base64", "base64 of gzip"])
def test_an_entity_that_was_packed_is_refused(envelope):
    with pytest.raises(nfe.NotAnNfe) as caught:
        read(issuers.ENVELOPES[envelope](ENTITY))
    assert caught.value.reason == "doctype"


def test_an_entity_that_nobody_declared_is_refused():
    with pytest.raises(nfe.NotAnNfe) as caught:
        read(NOTE.replace(b"Maria", b"&nbsp;"))
    assert caught.value.reason == "not_xml"


def test_what_an_xml_includes_from_outside_is_not_included():
    include = (
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        b'href="file:///etc/hostname" parse="text"/>'
    )
    document = read(NOTE.replace(b"Maria da ", include))
    assert document.recipient_name == ""


REFUSED = {
    "half a gzip": (gzip.compress(NOTE)[:200], "archive_damaged"),
    "a spoilt gzip": (b"\x1f\x8b" + b"\x07" * 100, "archive_damaged"),
    "a gzip bomb": (gzip.compress(b"\0" * (nfe.MAX_BYTES + 1)), "too_large"),
    "a packed PDF": (base64.b64encode(b"%PDF-1.7 " * 20), "pdf"),
    "base64 of nothing": (base64.b64encode(b" " * 90), "empty"),
    "base64 of a picture": (base64.b64encode(bytes(range(256))), "not_xml"),
    "an envelope of nothing": (issuers.soap(b"?>"), "not_nfe_proc"),
    "an envelope of summaries": (
        issuers.distribution(b"<resNFe>" + b"1" * 200 + b"</resNFe>"),
        "not_nfe_proc",
    ),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_holds_no_note_says_why(content, reason):
    with pytest.raises(nfe.NotAnNfe) as caught:
        read(content)
    assert caught.value.reason == reason


def test_layers_have_an_end():
    content = NOTE
    for _layer in range(6):
        content = base64.b64encode(gzip.compress(content))
    with pytest.raises(nfe.NotAnNfe):
        read(content)


def test_what_comes_out_of_one_file_is_bounded():
    large = b"<x>" + b" " * (nfe.MAX_BYTES - 100) + b"</x>"
    bomb = issuers.distribution(*[large] * 30)
    assert len(bomb) < nfe.MAX_BYTES
    with pytest.raises(nfe.NotAnNfe) as caught:
        read(bomb)
    assert caught.value.reason == "archive_too_large"
    assert [p.reason for p in nfe.unpack("x.xml", bomb)] == ["archive_too_large"]


def test_what_comes_out_of_all_files_is_bounded_too(monkeypatch):
    monkeypatch.setattr(nfe.archive, "MAX_UNPACKED", 3 * len(NOTE))
    packed = [
        nfe.LooseFile(name=f"{number}.xml", content=issuers.distribution(NOTE))
        for number in range(4)
    ]
    reasons = [piece.reason for piece in nfe.unpack_all(packed)]
    assert reasons == ["", "", "", "archive_too_large"]


def test_so_is_how_many_documents_are_in_it():
    document = "<x>" + "".join(map(str, range(99))) + "</x>"
    many = issuers.distribution(*[document.encode()] * 1001)
    with pytest.raises(nfe.NotAnNfe) as caught:
        read(many)
    assert caught.value.reason == "archive_too_large"
