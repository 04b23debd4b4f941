#!/usr/bin/env python3
"""What is found where there is nothing to find: findings per 100 MB of ordinary material.

    false_positives.py --scan BINARY [--corpora FOLDER] [--corpus NAME]... [--group NAME]...
                       [--fetch] [--json FILE]

Fetches what tests/detection/corpora.toml names into FOLDER (build/corpora, kept), builds the
derived corpora, scans each file as the body of a request, and prints findings by corpus, rule and
confidence, and each one that blocks without being what its rule says. Which are, says
tests/detection/verdicts.toml: a private key that a test suite publishes is a private key.
"""

import argparse
import fnmatch
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpora  # noqa: E402

VERDICTS = corpora.ROOT / "tests/detection/verdicts.toml"
EXCUSED = {"real", "example"}
TEXT_BYTES = 4096  # that a verdict may look at
MARK_PER_100_MB = 1.0  # blocks that are wrong, over everything
MB = 1e6
TYPES = {".json": "application/json", ".ipynb": "application/json", ".xml": "application/xml",
         ".svg": "image/svg+xml", ".html": "text/html", ".yaml": "application/yaml",
         ".yml": "application/yaml", ".png": "image/png", ".jpg": "image/jpeg",
         ".gz": "application/gzip", ".zip": "application/zip", ".pdf": "application/pdf"}


class Verdicts:
    """What people said of findings, by rule, file and what stands there."""

    def __init__(self, path, folder):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        self.folder = folder
        self.entries = tomllib.loads(text).get("finding", [])
        self.counts = Counter()
        self.known = {}  # (rule, fingerprint) -> entry: what derived corpora repeat is judged once

    def text_at(self, finding):
        with (self.folder / finding["file"]).open("rb") as file:
            file.seek(finding["begin"])
            return file.read(TEXT_BYTES).decode("utf-8", errors="replace")

    def fits(self, entry, finding):
        return entry["rule"] in ("*", finding["rule"]) and \
            fnmatch.fnmatchcase(finding["file"], entry.get("file", "*")) and \
            re.search(entry.get("excerpt", ""), finding["excerpt"]) is not None and \
            ("text" not in entry or re.match(entry["text"], self.text_at(finding)) is not None)

    def of(self, finding):
        same = (finding["rule"], finding["print"])
        if same not in self.known:
            number = next((n for n, e in enumerate(self.entries) if self.fits(e, finding)), None)
            if number is not None:
                self.known[same] = number
        number = self.known.get(same)
        if number is None:
            return "unjudged"
        self.counts[number] += 1
        return self.entries[number]["verdict"]


def scan(options, files):
    """(findings, refusals, tallies by corpus)"""
    folder = str(Path(options.corpora).resolve()) + "/"
    lines = [f"{name}\t{TYPES.get(path.suffix.lower(), 'text/plain')}\t{path}\n"
             for name, paths in sorted(files.items()) for path in paths
             if not options.corpus or name in options.corpus]
    done = subprocess.run([options.scan, *options.group], input="".join(lines), text=True, capture_output=True,
                          encoding="utf-8", check=True)
    findings, refusals, tallies = [], [], {}
    for line in done.stdout.splitlines():
        entry = json.loads(line)
        if "file" in entry:
            entry["file"] = entry["file"].removeprefix(folder)
        if "seconds" in entry:
            tallies[entry["corpus"]] = entry
        else:
            (findings if "rule" in entry else refusals).append(entry)
    return findings, refusals, tallies


def per_100_mb(count, size):
    return f"{count / size * 100 * MB:8.2f}"


def print_corpora(findings, refusals, tallies):
    blocking = Counter(f["corpus"] for f in findings if f["blocking"])
    recorded = Counter(f["corpus"] for f in findings if not f["blocking"])
    refused = Counter(f["corpus"] for f in refusals)
    print(f"\n{'corpus':28} {'MB':>8} {'MB/s':>6} {'blocked':>8} {'/100 MB':>8} {'recorded':>8} "
          f"{'/100 MB':>8} {'unread':>7}")
    total = Counter()
    for name, tally in sorted(tallies.items()):
        size = tally["bytes"]
        print(f"{name:28} {size / MB:8.1f} {size / MB / max(tally['seconds'], 1e-9):6.0f} "
              f"{blocking[name]:8} {per_100_mb(blocking[name], size)} {recorded[name]:8} "
              f"{per_100_mb(recorded[name], size)} {refused[name]:7}")
        total.update(bytes=size, seconds=tally["seconds"])
    size = total["bytes"]
    print(f"{'all':28} {size / MB:8.1f} {size / MB / max(total['seconds'], 1e-9):6.0f} "
          f"{sum(blocking.values()):8} {per_100_mb(sum(blocking.values()), size)} "
          f"{sum(recorded.values()):8} {per_100_mb(sum(recorded.values()), size)} "
          f"{sum(refused.values()):7}")
    return size


def print_rules(findings, size):
    counts = Counter((f["blocking"], f["confidence"], f["rule"]) for f in findings)
    print(f"\n{'rule':44} {'confidence':>10} {'count':>7} {'/100 MB':>8}")
    for (_, confidence, rule), count in sorted(counts.items(), key=lambda c: (-c[0][0], -c[1])):
        print(f"{rule:44} {confidence:>10} {count:7} {per_100_mb(count, size)}")


def print_blocks(findings, verdicts, whole):
    """What blocks and is not what its rule says, each once; returns how often in all."""
    judged = {}
    # Packages before what is derived of them.
    for finding in sorted(findings, key=lambda f: f["file"].startswith("derived")):
        if finding["blocking"]:
            verdict = verdicts.of(finding)
            judged.setdefault(verdict, {}).setdefault((finding["rule"], finding["print"]),
                                                      []).append(finding)
    for verdict, groups in sorted(judged.items()):
        if verdict in EXCUSED and not whole:
            continue
        print(f"\nFindings that block: {verdict}")
        for (rule, _), group in sorted(groups.items()):
            first = group[0]
            print(f"  {rule}, {len(group)} times, first in {first['file']}:{first['begin']} "
                  f"{first['encoding'] or 'plain'}\n      {first['excerpt']!r}")
    print("\nVerdicts:")
    for number, entry in enumerate(verdicts.entries):
        print(f"  {verdicts.counts[number]:5} {entry['verdict']}: {entry['rule']}: {entry['note']}")
    totals = {v: sum(map(len, groups.values())) for v, groups in judged.items()}
    print("  " + (", ".join(f"{n} {v}" for v, n in sorted(totals.items())) or "none"))
    return sum(n for v, n in totals.items() if v not in EXCUSED)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--scan", help="the program scan_corpus")
    parser.add_argument("--corpora", default=str(corpora.ROOT / "build/corpora"))
    parser.add_argument("--corpus", action="append", help="only this one; may be repeated")
    parser.add_argument("--group", action="append", default=[],
                        help="rules that are off by default, too; may be repeated")
    parser.add_argument("--fetch", action="store_true", help="fetch and build, scan nothing")
    parser.add_argument("--all", action="store_true", help="list what is right to block too")
    parser.add_argument("--json", help="write every finding there")
    options = parser.parse_args()
    if not options.scan and not options.fetch:
        parser.error("--scan or --fetch")

    print(f"Corpora in {options.corpora}")
    files = corpora.Corpora(options.corpora).build()
    if options.fetch:
        return 0
    findings, refusals, tallies = scan(options, files)
    if options.json:
        Path(options.json).write_text(json.dumps([findings, refusals, tallies], indent=1),
                                      encoding="utf-8")
    size = print_corpora(findings, refusals, tallies)
    print_rules(findings, size)
    for refusal in refusals:
        print(f"  unread: {refusal['file']}: {refusal['refused']}: {refusal['problem']}")
    verdicts = Verdicts(VERDICTS, Path(options.corpora).resolve())
    wrong = print_blocks(findings, verdicts, options.all) + len(refusals)
    share = wrong / size * 100 * MB
    print(f"\nBlocked without reason: {share:.2f} per 100 MB (mark: {MARK_PER_100_MB})")
    return 0 if share <= MARK_PER_100_MB else 1


if __name__ == "__main__":
    sys.exit(main())
