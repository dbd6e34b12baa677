"""Events of an NF-e: which cancel it, wherever they stand, and which only look so."""

import nfe
import pytest

from simulator.nfe import BRASILIA, DEFAULTS, build_key, build_nfe
from simulator.nfe_event import LAYOUTS, build_event, with_event

KEY = build_key(DEFAULTS)
OTHER_KEY = build_key({**DEFAULTS, "number": 124})
NOTE = build_nfe()


def no_note(content):
    with pytest.raises(nfe.NotAnNfe) as caught:
        nfe.NfeDocument.from_xml(content)
    assert caught.value.reason in nfe.REASONS
    return caught.value


def codes(content):
    document = nfe.NfeDocument.from_xml(content)
    return [finding.code for finding in nfe.pre_flight(document, now=NOW)]


NOW = DEFAULTS["date"].astimezone(BRASILIA)

# -- in the note's own file ---------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_event_in_the_note_s_own_file_cancels_it(layout):
    note = with_event(NOTE, layout=layout)
    assert nfe.NfeDocument.from_xml(note).cancelled
    assert codes(note) == ["cancelled"]


def prefixed(note, prefix="ns0"):
    return (
        note.replace(b"</", b"\0")
        .replace(b"<", f"<{prefix}:".encode())
        .replace(b"\0", f"</{prefix}:".encode())
        .replace(f"<{prefix}:?".encode(), b"<?")
        .replace(b"xmlns=", f"xmlns:{prefix}=".encode())
    )


EMBEDDED = {
    "with a prefix": prefixed(with_event(NOTE)),
    "without namespace": with_event(NOTE).replace(
        b' xmlns="http://www.portalfiscal.inf.br/nfe"', b""
    ),
    "in a namespace of its own": with_event(NOTE).replace(
        b"<procEventoNFe ", b'<procEventoNFe xmlns="urn:issuer" '
    ),
    "inside the protocol": NOTE.replace(
        b"</protNFe>", with_event(b"</nfeProc>")[: -len("</nfeProc>")] + b"</protNFe>"
    ),
    "by substitution": with_event(NOTE, kind="110112"),
    "registered without the note": with_event(NOTE, status="136"),
    "after the deadline": with_event(NOTE, status="155"),
    "after a correction": with_event(with_event(NOTE, kind="110110"), status="135"),
    "after a refusal": with_event(with_event(NOTE, status="573")),
    "written over the protocol": build_nfe(status="101", reason="Cancelamento"),
    "an answer that names no note": with_event(NOTE, layout="retEvento").replace(
        f"<chNFe>{KEY}</chNFe><tpEvento>".encode(), b"<tpEvento>"
    ),
}


@pytest.mark.parametrize("note", EMBEDDED.values(), ids=EMBEDDED)
def test_a_cancelled_note_is_found_in_every_form(note):
    assert codes(note) == ["cancelled"]


IN_FORCE = {
    "a correction": with_event(NOTE, kind="110110"),
    "the buyer's confirmation": with_event(NOTE, kind="210200"),
    "a refused cancellation": with_event(NOTE, status="573"),
    "an unanswered cancellation": with_event(NOTE, status=None),
    "of another note": with_event(NOTE, key=OTHER_KEY),
    "of the test environment": with_event(NOTE, environment="2"),
    "by somebody else": with_event(NOTE, author="12ABC34501DE35"),
    "words in the free text": build_nfe(
        extra_info="<retEvento><infEvento><tpEvento>110111</tpEvento>"
    ),
}


@pytest.mark.parametrize("note", IN_FORCE.values(), ids=IN_FORCE)
def test_what_does_not_cancel_leaves_the_note_in_force(note):
    assert codes(note) == []


# -- in a file of its own -----------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_event_s_own_file_is_no_note_and_hands_the_event_over(layout):
    error = no_note(build_event(layout=layout))
    assert error.reason == "cancellation"
    (event,) = error.events
    assert event.cancels
    assert event.is_of_issuer
    assert event.access_key == KEY
    assert event.environment == "1"
    assert event.issuer_document == DEFAULTS["issuer"]


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
def test_the_encoding_of_an_event_does_not_matter(encoding):
    assert no_note(build_event(encoding=encoding)).events[0].cancels


def test_a_note_beside_its_event_in_another_envelope_is_cancelled():
    packed = b"<arquivo>" + NOTE.partition(b"?>")[2] + b"</arquivo>"
    event = build_event().partition(b"?>")[2]
    assert codes(packed.replace(b"</arquivo>", event + b"</arquivo>")) == ["cancelled"]


def test_a_batch_hands_over_each_of_its_events():
    second = with_event(b"</nfeProc>", key=OTHER_KEY, layout="retEvento")
    batch = build_event(layout="retEnvEvento").replace(
        b"</retEnvEvento>", second[: -len("</nfeProc>")] + b"</retEnvEvento>"
    )
    keys = [event.access_key for event in no_note(batch).events]
    assert keys == [KEY, OTHER_KEY]


def test_a_pair_of_request_and_answer_is_matched_by_its_note():
    """The other request in the file says nothing of who asked for this one."""
    file = build_event(layout="pair", key=OTHER_KEY, author="12ABC34501DE35")
    answer = with_event(b"</nfeProc>", layout="retEvento")[: -len("</nfeProc>")]
    events = no_note(file.replace(b"</eventos>", answer + b"</eventos>")).events
    assert [event.author_document for event in events] == ["12ABC34501DE35", ""]


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"kind": "110112"}, "cancellation"),
        ({"status": "155"}, "cancellation"),
        ({"status": "136"}, "cancellation"),
        ({"status": "573"}, "cancellation_unregistered"),
        ({"status": "501"}, "cancellation_unregistered"),
        ({"status": ""}, "cancellation_unregistered"),
        ({"status": None}, "cancellation_unregistered"),
        ({"kind": "110110"}, "event"),
        ({"kind": "210200"}, "event"),
    ],
)
def test_the_reason_says_what_the_event_is_worth(overrides, reason):
    error = no_note(build_event(**overrides))
    assert error.reason == reason
    assert [event.cancels for event in error.events] == [reason == "cancellation"]


@pytest.mark.parametrize(
    ("overrides", "ours"),
    [
        ({}, True),
        ({"author": "12ABC34501DE35"}, False),
        ({"author": "52998224725"}, False),
        ({"key": build_key({**DEFAULTS, "issuer": "52998224725"})}, True),
    ],
)
def test_only_who_issued_a_note_cancels_it(overrides, ours):
    (event,) = no_note(build_event(**overrides)).events
    assert event.is_of_issuer is ours


def test_a_key_that_is_none_has_no_issuer():
    (event,) = no_note(build_event(key="123")).events
    assert event.issuer_document == ""
