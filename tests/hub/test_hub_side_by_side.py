"""Stores side by side: order, independence, and what stops a store."""

import importlib
import threading

import hub
import pytest
from patience import PATIENCE


def call(log, name, answer=None, error=None):
    def made():
        log.append(name)
        if error:
            raise error
        return answer

    return made


def test_each_outcome_stands_where_its_call_stood():
    log = []
    done = hub.side_by_side(
        {
            "a": [call(log, "a1", 1), call(log, "a2", 2)],
            "b": [call(log, "b1", 3)],
        }
    )
    assert [outcome.answer for outcome in done["a"]] == [1, 2]
    assert [outcome.answer for outcome in done["b"]] == [3]
    assert [name for name in log if name.startswith("a")] == ["a1", "a2"]


def test_stores_are_spoken_to_at_the_same_time():
    # Each call waits for the other one: alone it would wait for ever.
    meeting = threading.Barrier(2, timeout=PATIENCE)
    done = hub.side_by_side({"a": [meeting.wait], "b": [meeting.wait]})
    assert all(outcome.error is None for row in done.values() for outcome in row)


def test_one_refused_call_stops_no_other():
    log = []
    refusal = hub.RejectedByHub("no")
    first, second = hub.side_by_side(
        {"a": [call(log, 1, error=refusal), call(log, 2, answer="yes")]}
    )["a"]
    assert first.error is refusal
    assert (second.made, second.answer) == (True, "yes")


@pytest.mark.parametrize(
    "error",
    [
        hub.RateLimited("429"),
        hub.HubUnreachable("down"),
        hub.HubUnavailable("502"),
        hub.CredentialsError("401"),
    ],
)
def test_what_the_next_call_would_meet_too_stops_its_store_alone(error):
    log = []
    done = hub.side_by_side(
        {
            "a": [call(log, "a1", error=error), call(log, "a2")],
            "b": [call(log, "b1"), call(log, "b2")],
        }
    )
    assert sorted(log) == ["a1", "b1", "b2"]
    assert [outcome.made for outcome in done["a"]] == [True, False]
    assert done["a"][1].error is error


def test_nothing_to_do_is_nothing_done():
    assert hub.side_by_side({}) == {}
    assert hub.side_by_side({"a": []}) == {"a": []}


def test_a_store_is_given_up_after_as_many_failures_in_a_row_as_patience_allows():
    log = []
    down = hub.HubUnavailable("500")
    failing = [call(log, n, error=down) for n in range(3)]
    done = hub.side_by_side(
        {
            "sick": [*failing, call(log, "too late")],
            "mixed": [*failing[:2], call(log, "ok", 1), *failing[:2], call(log, "end")],
        },
        patience=3,
    )
    assert [outcome.made for outcome in done["sick"]] == [True, True, True, False]
    assert all(outcome.made for outcome in done["mixed"])


def test_a_slow_store_begins_no_more_calls_after_a_while(monkeypatch):
    module = importlib.import_module("hub.side_by_side")
    monkeypatch.setattr(module, "SLOW_AFTER", -1)
    log = []
    slow = hub.side_by_side({"a": [call(log, "a1"), call(log, "a2")]})["a"]
    assert log == []
    assert [(outcome.made, outcome.error.retryable) for outcome in slow] == [
        (False, True)
    ] * 2
