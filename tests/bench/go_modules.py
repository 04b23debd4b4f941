"""Other scanners from the Go module registry: fetched by Go's own client into its own cache, copied
to a temporary folder, and run there with a program of ours in place. Nothing of them is in this
tree.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

GITLEAKS = "github.com/zricethezav/gitleaks/v8"
BETTERLEAKS = "github.com/betterleaks/betterleaks"


class Unavailable(Exception):
    """The registry does not hand the module out; its words."""


def go(*arguments, cwd, **options):
    environment = os.environ | {"GOFLAGS": "-mod=mod -p=1", "GOTOOLCHAIN": "local"}
    return subprocess.run(["go", *arguments], cwd=cwd, env=environment, text=True,
                          encoding="utf-8", capture_output=True, **options)


def fetch(module, into, version="latest"):
    """(folder of a writable copy, version)"""
    if shutil.which("go") is None:
        raise Unavailable("no go here; its modules ask for Go 1.24 or newer")
    done = go("mod", "download", "-json", f"{module}@{version}", cwd=into)
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise Unavailable(done.stderr.strip()) from None
    if "Error" in answer:
        raise Unavailable(" ".join(answer["Error"].split()))
    copy = Path(into) / module.rpartition("/")[0].rpartition("/")[2]
    shutil.copytree(answer["Dir"], copy)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    return copy, answer["Version"]


def run(package, *arguments, stdin=None):
    """Standard output of `go run` in the folder of a package."""
    done = go("run", ".", *map(str, arguments), cwd=package, input=stdin)
    if done.returncode:
        raise SystemExit(f"go run {package} failed:\n{done.stderr[-4000:]}")
    return done.stdout
