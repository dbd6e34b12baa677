"""A zip of NF-es: what is in it, and what is never unpacked."""

import zipfile

import nfe
import pytest
from nfe import archive as limits
from zipping import zipped

from simulator.nfe import build_nfe

NOTE = build_nfe()


def outcome(content):
    return [(piece.name, piece.reason) for piece in nfe.unpack("day.zip", content)]


def test_a_file_that_is_no_zip_is_itself():
    (piece,) = nfe.unpack("1.xml", NOTE)
    assert (piece.name, piece.content, piece.reason) == ("1.xml", NOTE, "")


def test_a_zip_gives_its_files_without_folders_and_danfes():
    content = zipped(
        {
            "notas/1.xml": NOTE,
            "notas/1.PDF": b"%PDF",
            "__MACOSX/notas/._1.xml": b"x",
            "notas/.DS_Store": b"x",
            "../../2.xml": NOTE,
        }
    )
    pieces = nfe.unpack("day.zip", content)
    assert [piece.name for piece in pieces] == ["1.xml", "2.xml"]
    assert {piece.content for piece in pieces} == {NOTE}


def encrypted(content):
    """Say in the zip's own words that the first file has a password."""
    place = content.index(b"PK\x01\x02") + 8
    return content[:place] + b"\x01" + content[place + 1 :]


def spoilt(content):
    """Change a byte of what is packed: the checksum no longer fits."""
    place = content.index(b"1.xml") + 20
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


PLAIN = zipped({"1.xml": NOTE})
BAD = {
    "no zip behind its mark": (b"PK\x03\x04 hello", [("day.zip", "archive_damaged")]),
    "half a zip": (PLAIN[: len(PLAIN) // 2], [("day.zip", "archive_damaged")]),
    "nothing in it": (zipped({}), [("day.zip", "archive_empty")]),
    "only a DANFE": (zipped({"1.pdf": b"%PDF"}), [("day.zip", "archive_empty")]),
    "a password": (encrypted(PLAIN), [("1.xml", "archive_encrypted")]),
    "a spoilt file": (spoilt(PLAIN), [("1.xml", "archive_damaged")]),
    "a zip in a zip": (zipped({"in.zip": PLAIN}), [("in.zip", "archive_nested")]),
}


@pytest.mark.parametrize(("content", "expected"), BAD.values(), ids=BAD)
def test_a_bad_zip_says_what_is_wrong_with_it(content, expected):
    assert outcome(content) == expected
    assert {reason for _name, reason in expected} <= set(nfe.REASONS)


def test_a_bad_file_leaves_the_others_alone():
    bomb = b"\0" * (nfe.MAX_BYTES + 1)
    assert outcome(zipped({"0.xml": bomb, "1.xml": NOTE, "2.zip": PLAIN})) == [
        ("0.xml", "too_large"),
        ("1.xml", ""),
        ("2.zip", "archive_nested"),
    ]


def test_a_zip_bomb_of_many_files_stops_at_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED", 1000)
    content = zipped({f"{number}.xml": b"x" * 600 for number in range(4)})
    assert outcome(content) == [
        ("0.xml", ""),
        *((f"{number}.xml", "archive_too_large") for number in (1, 2, 3)),
    ]


def test_a_zip_of_too_many_files_is_not_opened(monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILES", 3)
    content = zipped({f"{number}.xml": b"x" for number in range(4)})
    assert outcome(content) == [("day.zip", "archive_too_large")]


def test_zips_that_come_together_share_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED", 1000)
    packed = zipped({"1.xml": b"x" * 600})
    files = [nfe.LooseFile(name=f"{day}.zip", content=packed) for day in range(3)]
    reasons = [piece.reason for piece in nfe.unpack_all([*files, *files])]
    assert reasons == ["", *["archive_too_large"] * 5]
    loose = nfe.LooseFile(name="1.xml", content=NOTE)
    assert nfe.unpack_all([*files, loose])[-1] == loose


def test_a_zip_of_too_many_entries_is_not_even_listed(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ENTRIES", 3)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    content = b"PK\x03\x04" + 4 * limits.ENTRY_MARK
    assert outcome(content) == [("day.zip", "archive_too_large")]


def test_a_zip_that_is_itself_too_large_is_not_opened(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNPACKED", 1000)
    assert outcome(b"PK\x03\x04" + bytes(1000)) == [("day.zip", "archive_too_large")]


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_python_would_unpack_at_once_is_not_unpacked(packing):
    content = zipped({"1.xml": bytes(20_000_000)}, packing)
    assert outcome(content) == [("1.xml", "archive_unknown")]


def test_a_header_that_lies_about_the_size_is_not_believed():
    content = zipped({"1.xml": b"\0" * (nfe.MAX_BYTES + 100)})
    place = content.index(b"PK\x01\x02") + 24
    lied = content[:place] + b"\x01\0\0\0" + content[place + 4 :]
    ((_name, reason),) = outcome(lied)
    assert reason in ("too_large", "archive_damaged")
