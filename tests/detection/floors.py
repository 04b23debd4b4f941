#!/usr/bin/env python3
"""Brings floor.h and docs/encodings.md to what a run of the detection tests measured.

    floors.py BUILD/tests/detection          prints the tables of floor.h
    floors.py --write BUILD/tests/detection  puts them there; then build and run detection.table
    floors.py --docs BUILD/tests/detection   puts the tables and the legend which that wrote into
                                             the docs

For when more is read than before: whatever reaches its mark leaves the tables.
"""

import json
import math
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOOR, DOCS = ROOT / "tests/detection/floor.h", ROOT / "docs/encodings.md"


def mark(name):
    """What floor.h asks for."""
    return float(re.search(rf"double {name} = ([0-9.]+);", FLOOR.read_text(encoding="utf-8")).group(1))


SINGLE, PAIR, SINGLE_CELL = mark("kSingle"), mark("kPair"), mark("kSingleCell")
ALIKE = 0.1
SLACK = 0.1  # a few samples a cell, and others when rules change


def share(tally):
    tried, stopped = tally
    return stopped / tried if tried else 1.0


def total(tallies):
    tallies = list(tallies)
    return sum(t for t, _ in tallies), sum(s for _, s in tallies)


def held_at(tally):
    """A floor below what was measured, in steps of a twentieth."""
    return max(0.0, math.floor((share(tally) - SLACK) * 20) / 20)


def below(cells):
    """The cells that are not read: by themselves, or since their row or column would fail."""
    missed = {names for names, tally in cells.items() if share(tally) < SINGLE_CELL}
    for axis in (0, 1):
        for line in sorted({names[axis] for names in cells}):
            while True:
                rest = {n: t for n, t in cells.items() if n[axis] == line and n not in missed}
                if share(total(rest.values())) >= SINGLE:
                    break
                missed.add(min(sorted(rest), key=lambda n: share(rest[n])))
    return missed


def compressed(cells, missed):
    """Entries (first, second, floor); "*" where a whole row or column is missed alike."""
    entries, done = [], set()
    for axis in (0, 1):
        for line in sorted({names[axis] for names in cells}):
            whole = {n for n in cells if n[axis] == line} - done
            floors = [held_at(cells[n]) for n in whole]
            if not whole <= missed or len(whole) < 2 or max(floors) - min(floors) > ALIKE:
                continue
            floor = min(floors)
            entries.append(("*", line, floor) if axis == 1 else (line, "*", floor))
            done |= whole
    return entries + [(*n, held_at(cells[n])) for n in sorted(missed - done)]


def table(name, entries):
    # An array needs an entry; this one fits nothing.
    entries = entries or [("", "", 0.0)]
    lines = [f"    {{\"{a}\", \"{b}\", {floor:.2f}}},\n" for a, b, floor in entries]
    return f"inline constexpr Floor {name}[] = {{\n{''.join(lines)}}};\n"


def read(path, key):
    rows = json.loads(path.read_text(encoding="utf-8"))[key]
    return {(a, b): (tried, stopped) for a, b, tried, stopped in rows}


def tables(folder):
    parts = read(folder / "parts.json", "cells")
    pairs = read(folder / "pairs.json", "families")
    missed = {names for names, tally in pairs.items() if share(tally) < PAIR}
    return {"kPartsNotReadYet": table("kPartsNotReadYet", compressed(parts, below(parts))),
            "kPairsNotReadYet": table("kPairsNotReadYet", compressed(pairs, missed))}


def write_floors(folder):
    text = FLOOR.read_text(encoding="utf-8")
    for name, lines in tables(folder).items():
        text = re.sub(rf"inline constexpr Floor {name}\[\] = \{{\n.*?\n?\}};\n", lambda _, t=lines: t,
                      text, flags=re.S)
    FLOOR.write_text(text, encoding="utf-8")


def write_docs(folder):
    head, title, _ = DOCS.read_text(encoding="utf-8").partition("## The tables\n\n")
    legend = (folder / "encodings_legend.md").read_text(encoding="utf-8")
    head = re.sub(r"\| in a table \| means \|\n(\|.*\n)*", lambda _: legend, head)
    made = (folder / "encodings_table.md").read_text(encoding="utf-8")
    DOCS.write_text(head + title + made, encoding="utf-8")


def main():
    folder = Path(sys.argv[-1])
    if "--write" in sys.argv:
        write_floors(folder)
    elif "--docs" in sys.argv:
        write_docs(folder)
    else:
        print("\n".join(tables(folder).values()))


if __name__ == "__main__":
    main()
