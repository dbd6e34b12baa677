"""Command line, repetition and table of a benchmark."""

import argparse
import json
import random
import statistics
import time


def options(description, add_own=None):
    """Return the options that every benchmark has, and those of this one."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    if add_own:
        add_own(parser)
    return parser.parse_args()


def timed(work):
    """Return the seconds that ``work()`` took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def side_by_side(repetitions, **works):
    """Time each work several times, in random order; return the seconds by name."""
    seconds = {name: [] for name in works}
    for _repetition in range(repetitions):
        for name in random.sample(list(works), len(works)):
            seconds[name].append(works[name]())
    return seconds


def ratio(seconds, over):
    """Return the ratio of two medians, and its spread pair by pair."""
    pairs = sorted(a / b for a, b in zip(seconds, over, strict=True))
    middle = statistics.median(seconds) / statistics.median(over)
    return middle, pairs[0], pairs[-1]


class Report:
    """The rows of a benchmark, printed as a Markdown table."""

    def __init__(self):
        self.rows = []

    def add(self, what, result, goal=""):
        """Add a row and say it at once: a benchmark takes minutes."""
        self.rows.append({"what": what, "result": result, "goal": goal})
        print(f"{what}: {result}", flush=True)

    def finish(self, file=None):
        print("\n| What | Measured | Goal |\n| --- | --- | --- |")
        for row in self.rows:
            print(f"| {row['what']} | {row['result']} | {row['goal']} |")
        if file:
            with open(file, "w") as target:
                json.dump(self.rows, target, indent=2)
