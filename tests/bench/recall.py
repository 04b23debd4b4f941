#!/usr/bin/env python3
"""What cork stops of samples that its rules were not written to: those which gitleaks' and
betterleaks' own generators make to test their rules.

    recall.py --carry BINARY [--keep FOLDER] [--all] [--json FILE]

Fetches both from the Go module registry, runs their generators with a printer of ours in the place
of their validation, and feeds the samples to `carry`, which sends them through every encoding and
every part of a request. What the registry does not hand out is said and left out.
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


def carry(options, name, samples):
    """Prints recall over all samples, then over those that are stopped as plain text."""
    command = [options.carry, *(["--per-cell", "0"] if options.all else [])]
    if options.json:
        command += ["--json", f"{options.json}.{name}.json"]
    text = "".join(json.dumps(sample) + "\n" for sample in samples)
    for more in ([], ["--known-only"]):
        subprocess.run([*command, *more], input=text, text=True, encoding="utf-8", check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--carry", help="the program carry")
    parser.add_argument("--keep", help="write the samples there, outside the tree")
    parser.add_argument("--all", action="store_true", help="every sample in every cell: hours")
    parser.add_argument("--json", help="write tallies to this name and each scanner's")
    options = parser.parse_args()
    if not options.carry and not options.keep:
        parser.error("--carry or --keep")
    reached = 0
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
            carry(options, name, samples)
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
