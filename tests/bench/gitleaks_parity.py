#!/usr/bin/env python3
"""Whether `cork scan` finds what the real gitleaks finds, finding by finding, with gitleaks' own
default configuration: over ordinary text of Debian's archive, and over files made to be difficult.

    gitleaks_parity.py --cork BINARY [--gitleaks BINARY] [--megabytes N] [--decode-depth N]
                       [--made N] [--seed N] [--keep FOLDER] [--only FOLDER...]

The made files are searched with gitleaks_parity.toml too, which has every key there is. gitleaks is
built from the Go module registry into a temporary folder (--gitleaks: one that is there); the packages are fetched with
apt. Compared are rule, file, lines, columns, match, secret and tags of every finding.
Differences are counted by class; docs/gitleaks.md says why each is there. Exit code 1: there is one
of no class. --keep uses the folder and leaves it, so that a second run fetches nothing.
"""

import argparse
import collections
import contextlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from made_corpus import make_corpus

MODULE = "github.com/zricethezav/gitleaks/v8"
# Sources, JSON models, minified scripts, templates, locale files, prose.
PACKAGES = ("python3-botocore", "wordpress", "phpmyadmin", "ansible-core", "python3-django",
            "node-typescript", "golang-google-api-dev", "libjs-mathjax", "perl-modules-5.36",
            "perl-modules-5.40", "node-lodash", "puppet-agent")
MACHINE = ("/usr/include", "/usr/share/perl", "/usr/share/doc", "/usr/share/vim",
           "/usr/share/cmake-3.25", "/usr/lib/python3")
FIELDS = ("RuleID", "File", "StartLine", "EndLine", "StartColumn", "EndColumn", "Match", "Secret",
          "Tags")
OWN_CONFIGURATION = Path(__file__).resolve().with_name("gitleaks_parity.toml")
MEGABYTE = 1_000_000
ARCHIVE_IN_NAME = re.compile(r"\.(7z|br|bz2|gz|lz4|rar|sz|s2|tar|xz|zip|zst|zz)", re.I)
SHOWN = 10


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def build_gitleaks(folder):
    """The latest v8 and the default configuration that belongs to it."""
    environment = os.environ | {"GOBIN": str(folder), "GOFLAGS": "-mod=mod"}
    run("go", "install", f"{MODULE}@latest", env=environment)
    return folder / "gitleaks"


def default_configuration():
    answer = run("go", "mod", "download", "-json", f"{MODULE}@latest", capture_output=True)
    module = json.loads(answer.stdout)
    return module["Version"], Path(module["Dir"]) / "config" / "gitleaks.toml"


def size_of(root):
    total = 0
    for folder, _, names in os.walk(root):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(folder, name)).st_size
    return total


def fetch(package, folder):
    """The package's files below `folder`; False: this Debian has none of that name."""
    target = folder / package
    if target.is_dir():
        return True
    with tempfile.TemporaryDirectory() as into:
        got = subprocess.run(["apt-get", "download", "-qq", package], cwd=into,
                             capture_output=True, check=False)
        archives = list(Path(into).glob("*.deb"))
        if got.returncode != 0 or not archives:
            return False
        run("dpkg", "-x", archives[0], target)
    return True


def corpora(folder, wanted, only):
    """Folders of at least that many bytes together, and how many there are."""
    chosen, total = [], 0
    for path in MACHINE if only is None else only:
        if os.path.isdir(path):
            chosen.append(Path(path))
            total += size_of(path)
    packages = folder / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES if only is None else ():
        if fetch(package, packages):
            chosen.append(packages / package)
            total += size_of(packages / package)
    if total < wanted:
        sys.exit(f"only {total / MEGABYTE:.0f} MB of text were found; {wanted / MEGABYTE:.0f} are wanted")
    return chosen, total


def findings(report):
    text = report.read_text(encoding="utf-8")
    return collections.Counter(
        tuple(" ".join(one[field] or ()) if field == "Tags" else one[field] for field in FIELDS)
        for one in json.loads(text or "[]"))


def processor_seconds():
    """Of all that was run and has ended: what other users of the machine do is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def searched(command, report, cwd):
    report.unlink(missing_ok=True)
    begin = processor_seconds()
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True,
                          check=False)
    if not report.exists():
        sys.exit(f"{command[0]} wrote no report:\n{done.stderr.decode(errors='replace')}")
    return findings(report), processor_seconds() - begin


def class_of(finding, ours):
    """Why the one finds what the other does not; None: there is no reason."""
    file = finding[FIELDS.index("File")]
    if ours and ARCHIVE_IN_NAME.search(Path(file).name):
        return "archive name: gitleaks skips a file with an archive's ending inside its name"
    return None


def compare(ours, theirs):
    """Differences by class; those of none."""
    classes, unexplained = collections.Counter(), []
    for difference, is_ours in ((ours - theirs, True), (theirs - ours, False)):
        for finding, count in difference.items():
            name = class_of(finding, is_ours)
            if name is None:
                unexplained.append(("cork only" if is_ours else "gitleaks only", finding))
            else:
                classes[name] += count
    return classes, unexplained


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cork", type=Path, required=True)
    parser.add_argument("--gitleaks", type=Path)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--decode-depth", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--made", type=int, default=600, help="how many difficult files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="these folders, and no packages")
    return parser.parse_args()


def both(options, folder, root, configuration):
    """What each of the two finds below `root`, and how long it takes."""
    report = folder / "report.json"
    depth = f"--max-decode-depth={options.decode_depth}"
    theirs = searched(
        [options.gitleaks.resolve(), "dir", root, "--config", configuration, "--no-banner",
         "--exit-code=0", "--report-format=json", "--report-path", report, depth], report, folder)
    ours = searched(
        [options.cork.resolve(), "scan", root, "--config", configuration, "--no-gitignore",
         "--show-secrets", "--format=json", "--report-path", report, depth], report, folder)
    return ours, theirs


def searches(options, folder, configuration):
    """Each folder with the configuration it is searched with."""
    roots, total = corpora(folder, options.megabytes * MEGABYTE, options.only)
    print(f"{total / MEGABYTE:.0f} MB in {len(roots)} folders", flush=True)
    yield from ((root, configuration) for root in roots)
    if options.made:
        made = folder / f"made-{options.seed}-{options.made}"
        make_corpus(made, options.made, options.seed)
        yield made, configuration
        # Its rules find so much that the real one takes minutes for a large file.
        small = folder / f"small-{options.seed}-{options.made // 10}"
        make_corpus(small, options.made // 10, options.seed, large=False)
        yield small, OWN_CONFIGURATION


def main():
    options = arguments()
    classes, unexplained, found, took = collections.Counter(), [], [0, 0], [0.0, 0.0]
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        version, configuration = default_configuration()
        options.gitleaks = options.gitleaks or folder / "gitleaks"
        if not options.gitleaks.exists():
            build_gitleaks(folder)
        print(f"gitleaks {version}")
        for root, how in searches(options, folder, configuration):
            (ours, our_time), (theirs, their_time) = both(options, folder, root, how)
            of_class, without = compare(ours, theirs)
            classes += of_class
            unexplained += without
            found = [found[0] + ours.total(), found[1] + theirs.total()]
            took = [took[0] + our_time, took[1] + their_time]
            print(f"  {root}, {how.name}: gitleaks {theirs.total()} in {their_time:.1f} s, "
                  f"cork {ours.total()} in {our_time:.1f} s, "
                  f"{of_class.total()} differ with a reason, {len(without)} without", flush=True)
    print(f"findings: gitleaks {found[1]}, cork {found[0]}; "
          f"processor time: gitleaks {took[1]:.1f} s, cork {took[0]:.1f} s")
    for name, count in classes.most_common():
        print(f"  {count:6}  {name}")
    for who, finding in unexplained[:SHOWN]:
        print(f"  {who}: {finding[0]} {finding[1]}:{finding[2]}-{finding[3]} "
              f"columns {finding[4]}-{finding[5]}, {len(finding[7])} characters")
    print(f"{len(unexplained)} differences of no class")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
