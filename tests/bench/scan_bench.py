#!/usr/bin/env python3
"""What scanning costs: a raw Hyperscan pass of cork's rules, cork with all its views, and gitleaks,
over the same bodies in the same run, one thread each.

    scan_bench.py --speed BINARY [--corpora FOLDER] [--megabytes N] [--rounds N] [--no-gitleaks]
                  [--json FILE]

Bodies come from the corpora of false_positives.py: so many megabytes of each, drawn with a seed.
gitleaks is fetched from the Go module registry and called in a process of its own, with the decoding
depth that its command line has, and without decoding; CPU time, since Go collects garbage beside it.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpora  # noqa: E402
import false_positives  # noqa: E402
import go_modules  # noqa: E402

MB = 1_000_000
GITLEAKS_SHARE = 8  # it gets an eighth of the bytes
# What cork sets itself: (corpus, at least this share of a raw pass), times gitleaks, ns a body.
RAW_MARKS = {"conversations": 0.3, "C and C++": 0.3, "Go": 0.3, "Python": 0.3, "base64": 0.25,
             "minified JavaScript": 0.2}
GITLEAKS_MARK = 50
BODY_MARKS = {1024: 4000}

PROGRAM = """\
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"syscall"

	"%(module)s/detect"
)

// As its own readers cut what they read.
const fragment = 100000

func cpuSeconds() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)*1e-6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}

func main() {
	detector, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		panic(err)
	}
	bodies := map[string][]string{}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.SplitN(lines.Text(), "\\t", 3)
		text, err := os.ReadFile(fields[2])
		if err != nil {
			panic(err)
		}
		bodies[fields[0]] = append(bodies[fields[0]], string(text))
	}
	detector.DetectString("warm")
	out := json.NewEncoder(os.Stdout)
	for corpus, texts := range bodies {
		line := map[string]any{"corpus": corpus}
		for name, depth := range map[string]int{"plain": 0, "decoding": 5} {
			detector.MaxDecodeDepth = depth
			size, begin := 0, cpuSeconds()
			for _, text := range texts {
				size += len(text)
				for ; len(text) > fragment; text = text[fragment:] {
					detector.DetectString(text[:fragment])
				}
				detector.DetectString(text)
			}
			line[name] = float64(size) * 1e-6 / (cpuSeconds() - begin)
		}
		_ = out.Encode(line)
	}
}
"""


def chosen(files, megabytes):
    """Lines of corpus, type and path: so many megabytes of each corpus, in random order."""
    lines = []
    for name, paths in sorted(files.items()):
        left = megabytes * MB
        for path in random.Random(7).sample(paths, len(paths)):
            if left <= 0:
                break
            left -= path.stat().st_size
            kind = false_positives.TYPES.get(path.suffix.lower(), "text/plain")
            lines.append(f"{name}\t{kind}\t{path}\n")
    return "".join(lines)


def gitleaks_speeds(files, megabytes):
    with tempfile.TemporaryDirectory(prefix="cork-scan-") as folder:
        try:
            copy, version = go_modules.fetch(go_modules.GITLEAKS, folder)
        except go_modules.Unavailable as reason:
            print(f"gitleaks: not available: {reason}")
            return {}
        program = copy / "cmd/speed"
        program.mkdir()
        (program / "main.go").write_text(PROGRAM % {"module": go_modules.GITLEAKS},
                                         encoding="utf-8")
        print(f"gitleaks {version}, {megabytes} MB of each corpus")
        out = go_modules.run(program, stdin=chosen(files, megabytes))
        return {e["corpus"]: e for e in map(json.loads, out.splitlines())}


def report(options, entries, others):
    missed = []
    print(f"\n{'MB/s':28} {'Hyperscan':>10} {'cork':>8} {'share':>7} {'gitleaks':>9} "
          f"{'undecoded':>9} {'times':>7} {'stopped':>8}")
    for entry in (e for e in entries if "corpus" in e):
        name, share = entry["corpus"], entry["cork"] / entry["hyperscan"]
        other = others.get(name)
        times = entry["cork"] / other["decoding"] if other else 0
        print(f"{name:28} {entry['hyperscan']:10.0f} {entry['cork']:8.0f} {share:7.2f} "
              f"{other['decoding'] if other else 0:9.2f} {other['plain'] if other else 0:9.2f} "
              f"{times:7.0f} {entry['stopped']:8}")
        if share < RAW_MARKS.get(name, 0):
            missed.append(f"{name}: {share:.2f} of a raw pass, not {RAW_MARKS[name]}")
        if name in RAW_MARKS and other and times < GITLEAKS_MARK:
            missed.append(f"{name}: {times:.0f} times gitleaks, not {GITLEAKS_MARK}")
    for entry in (e for e in entries if "body" in e):
        print(f"a body of {entry['body']:6} bytes {entry['ns'] / 1000:8.2f} us")
        if entry["ns"] > BODY_MARKS.get(entry["body"], entry["ns"]):
            missed.append(f"a body of {entry['body']} bytes: {entry['ns'] / 1000:.2f} us")
    if options.json:
        Path(options.json).write_text(json.dumps([entries, others], indent=1), encoding="utf-8")
    for line in missed:
        print(f"below the mark: {line}")
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--speed", required=True, help="the program scan_speed")
    parser.add_argument("--corpora", default=str(corpora.ROOT / "build/corpora"))
    parser.add_argument("--megabytes", type=int, default=16, help="of each corpus")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-gitleaks", action="store_true")
    parser.add_argument("--json", help="write the figures there")
    options = parser.parse_args()

    files = corpora.Corpora(options.corpora).build()
    out = subprocess.run([options.speed, str(options.rounds)],
                         input=chosen(files, options.megabytes), text=True, encoding="utf-8",
                         capture_output=True, check=True).stdout
    entries = [json.loads(line) for line in out.splitlines()]
    others = {} if options.no_gitleaks else \
        gitleaks_speeds(files, max(1, options.megabytes // GITLEAKS_SHARE))
    return report(options, entries, others)


if __name__ == "__main__":
    sys.exit(main())
