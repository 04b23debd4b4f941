#!/usr/bin/env python3
"""What cork stops of samples that its rules were not written to: those which gitleaks' and
betterleaks' own generators make to test their rules.

    recall.py --carry BINARY [--keep FOLDER] [--all] [--json FILE]

Fetches both from the Go module registry, runs their generators with a printer of ours in the place
of their validation, and feeds the samples to `carry`, which sends them through every encoding and
every part of a request. What the registry does not hand out is said and left out.

Each cell of the tables that docs/encodings.md marks as read is held to the mark of
tests/detection/floor.h: 99.5% of the samples, 98% where one encoding is in another. Plain parts, and
encodings in a text, are sent all samples. The other cells are sent few, and are summed up by part and
by encoding, over samples that are stopped as plain text. What is below its mark is said, and makes it
exit with 1.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import go_modules  # noqa: E402

FLOOR = Path(__file__).resolve().parents[2] / "tests/detection/floor.h"
# What is missed of so few samples that the mark allows fewer than this says more of the draw than of
# the cell.
MISSES = 4

# The same functions as in the generators, printing what those would check.
PRINTER = """\
package utils

import (
	"encoding/json"
	"os"

	"%(module)s/config"
)

func print(kind string, rule config.Rule, sample string) {
	line := map[string]string{"kind": kind, "rule": rule.RuleID, "sample": sample}
	_ = json.NewEncoder(os.Stdout).Encode(line)
}

func Validate(rule config.Rule, positives []string, negatives []string) *config.Rule {
	for _, sample := range positives {
		print("positive", rule, sample)
	}
	for _, sample := range negatives {
		print("negative", rule, sample)
	}
	return &rule
}

func ValidateWithPaths(rule config.Rule, positives, negatives map[string]string) *config.Rule {
	for _, sample := range positives {
		print("positive", rule, sample)
	}
	for _, sample := range negatives {
		print("negative", rule, sample)
	}
	return &rule
}
"""


def samples_of(module, folder):
    """(version, distinct samples {"rule", "sample"} in a fixed order)"""
    copy, version = go_modules.fetch(module, folder)
    name = re.search(r"^module (\S+)", (copy / "go.mod").read_text(encoding="utf-8"), re.M).group(1)
    generator = copy / "cmd/generate/config"
    (generator / "utils/validate.go").write_text(PRINTER % {"module": name}, encoding="utf-8")
    lines = map(json.loads, go_modules.run(generator, folder / "config.toml").splitlines())
    distinct = sorted({(line["rule"], line["sample"]) for line in lines
                       if line["kind"] == "positive"})
    return version, [{"rule": rule, "sample": sample} for rule, sample in distinct]


def floors():
    """The marks {name: share}, and for each table the cells {(first, second)} that are not read."""
    text = FLOOR.read_text(encoding="utf-8")
    marks = {name: float(share) for name, share in re.findall(r"double (\w+) = ([0-9.]+);", text)}
    tables = {name: set(re.findall(r'\{"([^"]*)", "([^"]*)",', body)) for name, body in
              re.findall(r"Floor (\w+)\[\] = \{\n(.*?)\};\n", text, re.S)}
    return marks, tables


def read_cells(rows, unread):
    """{(first, second): (tried, stopped)} without the cells that are not read."""
    return {(first, second): (tried, stopped) for first, second, tried, stopped in rows
            if not {(first, second), (first, "*"), ("*", second)} & unread}


def lines(cells):
    """What goes in one part, and what in one encoding, summed up."""
    sums = {}
    for axis, what in ((0, "all in {}"), (1, "all as {}")):
        for line in sorted({names[axis] for names in cells}):
            tallies = [tally for names, tally in cells.items() if names[axis] == line]
            sums[what.format(line)] = tuple(map(sum, zip(*tallies)))
    return sums


def below(every, known, mark, unread):
    """(what, tried, stopped) of what is below its mark: `every` sample in the cells that are sent
    enough of them, and by part and by encoding those that are `known` to be stopped as plain text."""
    def enough(tally):
        return tally[0] * (1 - mark) >= MISSES

    sums = {": ".join(names): tally for names, tally in read_cells(every, unread).items()}
    sums |= lines(read_cells(known, unread))
    return [(what, *tally) for what, tally in sums.items()
            if enough(tally) and tally[1] < mark * tally[0]]


def judge(name, every, known):
    """Prints what is below its mark; how much there is of it."""
    marks, tables = floors()
    failures = 0
    for kind, key, mark, table in (("parts", "cells", "kSingle", "kPartsNotReadYet"),
                                   ("pairs", "families", "kPair", "kPairsNotReadYet")):
        for what, tried, stopped in below(every[kind][key], known[kind][key], marks[mark],
                                          tables[table]):
            print(f"recall: {name}: {what}: {stopped} of {tried} ({stopped / tried:.2%}), "
                  f"below {marks[mark]:.1%}", flush=True)
            failures += 1
    return failures


def tallies_of(command, text, path):
    subprocess.run([*command, "--json", path], input=text, text=True, encoding="utf-8", check=True)
    return json.loads(Path(path).read_text(encoding="utf-8"))


def carry(options, name, samples):
    """Prints recall over all samples, then over those that are stopped as plain text, and what is
    below its mark; how much there is of that."""
    command = [options.carry, *(["--per-cell", "0"] if options.all else ["--per-pair", "8"])]
    text = "".join(json.dumps(sample) + "\n" for sample in samples)
    with tempfile.TemporaryDirectory(prefix="cork-recall-") as folder:
        every = tallies_of(command, text,
                           f"{options.json}.{name}.json" if options.json else f"{folder}/every")
        known = tallies_of([*command, "--known-only"], text, f"{folder}/known")
    return judge(name, every, known)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--carry", help="the program carry")
    parser.add_argument("--keep", help="write the samples there, outside the tree")
    parser.add_argument("--all", action="store_true", help="every sample in every cell: hours")
    parser.add_argument("--json", help="write tallies to this name and each scanner's")
    options = parser.parse_args()
    if not options.carry and not options.keep:
        parser.error("--carry or --keep")
    reached = failures = 0
    for name, module in (("gitleaks", go_modules.GITLEAKS),
                         ("betterleaks", go_modules.BETTERLEAKS)):
        with tempfile.TemporaryDirectory(prefix="cork-recall-") as folder:
            try:
                version, samples = samples_of(module, Path(folder))
            except go_modules.Unavailable as reason:
                print(f"\n{name}: not available: {reason}", flush=True)
                continue
        reached += 1
        rules = len({sample["rule"] for sample in samples})
        print(f"\n{name} {version}: {len(samples)} samples of {rules} rules", flush=True)
        if options.keep:
            Path(options.keep).mkdir(parents=True, exist_ok=True)
            with (Path(options.keep) / f"{name}.jsonl").open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(sample) + "\n" for sample in samples)
        if options.carry:
            failures += carry(options, name, samples)
    if not reached:
        print("recall: no samples were to be had", flush=True)
    return 0 if reached and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
