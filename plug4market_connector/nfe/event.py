"""Events of an NF-e as the treasury answers them; those that count cancel a note.

Layouts: the distributed ``procEventoNFe``, the answers ``retEvento`` alone or in their
batch, and ``retCancNFe`` of before there were events; some issuers append one of them
to the note's own ``nfeProc``. Source: MOC 7.0, "Registro de Eventos"; NT 2018.004.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .access_key import normalise_key, split_key
from .elements import Element, OptionalElement, text

CANCELLATION = "110111"
# ``tpEvento``: cancellation, and cancellation by substitution.
CANCELS = (CANCELLATION, "110112")
# ``cStat`` of an event in force: registered, registered without its note at hand,
# after the deadline; and what 101 and 151 were before there were events.
REGISTERED = ("135", "136", "155", "101", "151")

_ANSWERS = ("{*}retEvento/{*}infEvento", "{*}retCancNFe/{*}infCanc")
_REQUESTS = ("{*}evento/{*}infEvento", "{*}cancNFe/{*}infCanc")


@dataclass(frozen=True, slots=True, kw_only=True)
class NfeEvent:
    """What is known of one event; texts default to ""."""

    access_key: str
    # ``tpEvento``.
    kind: str
    # Who asked for it; an answer alone does not say.
    author_document: str
    # "1" production, "2" test.
    environment: str
    # ``cStat`` of the answer: "" has none.
    status_code: str
    status_reason: str

    @property
    def is_cancellation(self) -> bool:
        """Whether it asks for a cancellation, which may have been refused."""
        return self.kind in CANCELS

    @property
    def cancels(self) -> bool:
        """Whether the treasury has cancelled the note by it."""
        return self.is_cancellation and self.status_code in REGISTERED

    @property
    def issuer_document(self) -> str:
        """Who issued the note, as its key says; "" when that is no key."""
        try:
            return split_key(self.access_key).cnpj
        except ValueError:
            return ""

    @property
    def is_of_issuer(self) -> bool:
        """Whether its author, where named, is who issued the note."""
        author = self.author_document
        return not author or author.zfill(14) == self.issuer_document

    def cancels_note(self, access_key: str, environment: str) -> bool:
        """Tell whether it cancels the note in whose own file it stands."""
        return (
            self.cancels
            and self.access_key in ("", access_key)
            and self.environment in ("", environment)
            and (not self.access_key or self.is_of_issuer)
        )


def read_events(root: Element) -> list[NfeEvent]:
    """Return the NfeEvents in a file, in whatever envelope.

    Requests count where nothing answers them: they say what the file is.
    """
    if answers := _everywhere(root, _ANSWERS):
        return [_event(answer, _request_of(answer)) for answer in answers]
    return [_event(None, request) for request in _everywhere(root, _REQUESTS)]


def _everywhere(root: Element, paths: Iterable[str]) -> list[Element]:
    """Return what stands at any of the paths, however deep in a file."""
    outer_and_inner = (path.split("/") for path in paths)
    return [
        found
        for outer, inner in outer_and_inner
        for element in root.iter(outer)
        if (found := element.find(inner)) is not None
    ]


def _request_of(answer: Element) -> OptionalElement:
    """Return the request beside an answer that is about the same note."""
    beside = answer.getparent().getparent()
    if beside is None:
        return None
    key = text(answer, "chNFe")
    requests = (found for path in _REQUESTS for found in beside.findall(path))
    return next(
        (asked for asked in requests if key in ("", text(asked, "chNFe"))), None
    )


def _event(answer: OptionalElement, request: OptionalElement) -> NfeEvent:
    def either(tag: str) -> str:
        return text(answer, tag) or text(request, tag)

    before_events = any(
        element is not None and element.tag.endswith("infCanc")
        for element in (answer, request)
    )
    return NfeEvent(
        access_key=normalise_key(either("chNFe")),
        kind=either("tpEvento") or (CANCELLATION if before_events else ""),
        author_document=(text(request, "CNPJ") or text(request, "CPF")).upper(),
        environment=either("tpAmb"),
        status_code=text(answer, "cStat"),
        status_reason=text(answer, "xMotivo"),
    )
