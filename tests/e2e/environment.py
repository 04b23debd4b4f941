"""Clients that were told nothing but what `cork env` prints.

`cork env` lets clients reach localhost without a proxy, so the origins here have a name that only
cork can resolve: it runs with a hosts file of its own, in a mount namespace.

    class WgetTest(EnvironmentTest):
        programs = ("wget",)

        def test_something(self):
            done = self.run_client("wget", "-qO-", self.lab.url("/sink"))
"""

import os
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

from harness import ClientTest, Lab, Setting

INSTALL_SECONDS = 600
RECORD_SECONDS = 30
FORBIDDEN = "files.example.net"  # no route names it
PASSED_ON = ("PATH", "LANG", "TMPDIR")


def with_hosts(file):
    """The words that run a command which sees `file` as /etc/hosts."""
    unshare = ["unshare", "--mount"] if os.geteuid() == 0 else [
        "unshare", "--user", "--map-root-user", "--mount"]
    return [*unshare, "sh", "-c", 'mount --bind "$1" /etc/hosts && shift && exec "$@"', "sh",
            str(file)]


class NamedLab(Lab):
    """A lab whose origins are not on localhost as far as a client knows."""

    host = "packages.test"

    def within(self):
        hosts = self.folder / "hosts"
        hosts.write_text(Path("/etc/hosts").read_text(encoding="utf-8")
                         + f"\n127.0.0.1 {self.host}\n", encoding="utf-8")
        hosts.chmod(0o644)
        return with_hosts(hosts)

    def variables(self):
        """What a shell has once it has evaluated what `cork env` prints."""
        done = subprocess.run(
            ["sh", "-c", 'eval "$("$0" env --config "$1")" && env -0', Setting.cork,
             self.cork.config], capture_output=True, text=True, timeout=60, check=False,
            env={"HOME": str(self.folder / "home")})
        if done.returncode:
            raise RuntimeError(f"cork env: {done.stderr}")
        return dict(line.split("=", 1) for line in done.stdout.split("\0") if line)


class EnvironmentTest(ClientTest):
    """A client's tests, in an environment of PATH, an empty HOME and `cork env`."""

    @classmethod
    def setUpClass(cls):
        probe = subprocess.run([*with_hosts("/etc/hosts"), "true"], capture_output=True, text=True,
                               check=False) if shutil.which("unshare") else None
        if probe is None or probe.returncode:
            why = probe.stderr.strip() if probe else "no unshare here"
            raise unittest.SkipTest(f"cork cannot be given a hosts file of its own: {why}")
        super().setUpClass()
        cls.variables = cls.lab.variables()

    @classmethod
    def make_lab(cls):
        return NamedLab(cls.handlers, cls.listen, cls.narrowed)

    def run_client(self, *arguments, stdin=b"", timeout=300, check=True, cwd=None, **more):
        """The client, with `more` as what its own documentation would have a user set."""
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        kept["HOME"] = str(self.lab.folder / "home")
        done = subprocess.run([str(word) for word in arguments], input=stdin, capture_output=True,
                              timeout=timeout, check=False, cwd=cwd or self.lab.folder,
                              env={**kept, **self.variables, **more})
        done.said = (done.stdout + done.stderr).decode(errors="replace")
        if check and done.returncode:
            self.fail(f"{arguments[0]} ended with {done.returncode}:\n{done.said[-4000:]}")
        return done

    def forbidden(self, path="/"):
        return f"https://{FORBIDDEN}{path}"

    def ended(self):
        """The records of exchanges that are over."""
        return [r for r in self.lab.records() if r["event"] in ("refused", "close")]

    def seen(self):
        return len(self.ended())

    def assert_explained(self, said, reason, since=0):
        """A refusal for that reason came after `since`, and the client's words name it by its
        code and by the id that `cork audit show` knows."""
        told = self.assert_recorded(reason, since, lambda record: record["id"] in said, said)
        self.assertIn(reason, said)
        self.assert_in_audit(told["id"], reason)
        return told

    def assert_recorded(self, reason, since=0, which=lambda record: True, said=""):
        """Such a refusal is in the log after `since`, or soon will be: a record may follow its
        answer."""
        deadline = time.monotonic() + RECORD_SECONDS
        mine = []
        while time.monotonic() < deadline:
            mine = [record for record in self.ended()[since:] if record.get("reason") == reason]
            if found := list(filter(which, mine)):
                return found[0]
        return self.fail(f"not among {[r['id'] for r in mine]}, refused for {reason}; the client "
                         f"says:\n{said}")


def build_folder():
    """Where what the tests install may stay from one run to the next: below build/."""
    return Setting.cork.parents[2] / "e2e"


def python_tools(*packages):
    """The `bin` folder of a virtual environment with these packages, installed as a user would:
    by pip, under this machine's own settings. A SkipTest where that cannot be done."""
    folder = build_folder() / "python" / "-".join(
        word.split("=")[0].split("<")[0].split(">")[0] for word in packages)
    if (folder / "installed").exists():
        return folder / "bin"
    shutil.rmtree(folder, ignore_errors=True)
    _install([sys.executable, "-m", "venv", str(folder)], "make a virtual environment")
    _install([str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check",
              *packages], f"install {', '.join(packages)}")
    (folder / "installed").touch()
    return folder / "bin"


def node_modules(*packages):
    """A `node_modules` folder with these packages, by npm. A SkipTest where that cannot be done."""
    if not shutil.which("npm"):
        raise unittest.SkipTest("no npm here")
    folder = build_folder() / "node" / "-".join(
        word.lstrip("@").replace("/", "-").split("@")[0] for word in packages)
    if not (folder / "installed").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _install(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix",
                  str(folder), *packages], f"install {', '.join(packages)}")
        (folder / "installed").touch()
    return folder / "node_modules"


def _install(command, what):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS,
                              check=False)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"cannot {what} in time") from None
    if done.returncode:
        raise unittest.SkipTest(f"cannot {what}: {(done.stderr or done.stdout).strip()[-300:]}")
