"""One small world a client test runs in: an origin with a certificate, cork in front of it, and
every output of cork kept to be looked through at the end.

    class CurlTest(ClientTest):
        def test_something(self):
            answer = self.run_program("curl", ..., self.lab.url("/sink"))
            self.assert_refused(answer.stdout, "leak")
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

import made_secrets  # noqa: E402
from tls_origin import Origin  # noqa: E402

NOT_RUN = 77  # what ctest reads as "did not run"
START_SECONDS = 180
RUN_BYTES = 6  # so many bytes of a credential do not stand in a test's other bytes by chance
REFUSAL_KEYS = {"type", "status", "title", "detail", "reason", "id", "agent_can", "operator_can"}


class Setting:
    """What run.py was told."""

    cork = None
    sanitized = False


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def make_certificates(folder, host="localhost"):
    """A CA and a certificate for `host` below it; the paths of CA, chain and key."""
    ca, ca_key = folder / "origin-ca.pem", folder / "origin-ca.key"
    leaf, key = folder / "origin.pem", folder / "origin.key"
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
           "-nodes", "-days", "2"]
    calls = [
        new + ["-subj", "/CN=Test origin CA", "-keyout", ca_key, "-out", ca,
               "-addext", "keyUsage=critical,keyCertSign"],
        new + ["-subj", "/CN=localhost", "-keyout", key, "-out", leaf, "-CA", ca, "-CAkey", ca_key,
               "-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1,IP:::1",
               "-addext", "basicConstraints=critical,CA:FALSE",
               "-addext", "extendedKeyUsage=serverAuth"],
    ]
    for call in calls:
        subprocess.run(call, check=True, capture_output=True)
    return ca, leaf, key


class KeptRules:
    """The compiled rules, kept beside the program under test: compiling them takes a sanitizer
    build a quarter of a minute, and every lab has a CA folder of its own."""

    def __init__(self, folder):
        self.theirs = folder / "ca" / "rules.hsdb"
        self.kept = Path(Setting.cork).parent / "rules.hsdb"

    def lend(self):
        if self.theirs.exists() or not self.kept.exists():
            return
        self.theirs.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(self.kept, self.theirs)
        self.theirs.chmod(0o600)

    def keep(self):
        if not self.theirs.exists():
            return
        image = self.theirs.read_bytes()
        if self.kept.exists() and self.kept.read_bytes() == image:
            return
        fresh = self.kept.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(image)
        fresh.replace(self.kept)


class Cork:
    """A running `cork run`; its outputs are files in `folder`. `within` runs a command elsewhere:
    words before the command's own."""

    def __init__(self, folder, config_text, metrics_port, *options, within=()):
        self.config = folder / "cork.yaml"
        self.config.write_text(config_text, encoding="utf-8")
        self.metrics_port = metrics_port
        self._outputs = [open(folder / name, "wb") for name in ("stdout", "stderr")]
        environment = {**os.environ, "HOME": str(folder / "home")}
        rules = KeptRules(folder)
        rules.lend()
        self.process = subprocess.Popen(
            [*within, Setting.cork, "run", "--config", self.config, *options],
            stdin=subprocess.DEVNULL,
            stdout=self._outputs[0], stderr=self._outputs[1], env=environment, cwd=folder)
        self._wait_until_ready(folder)
        rules.keep()

    def _wait_until_ready(self, folder):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                self.metrics("/readyz")
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError("cork did not start:\n" + (folder / "stderr").read_text())

    def metrics(self, path="/metrics"):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.metrics_port}{path}", timeout=5) as answer:
            return answer.read().decode()

    def memory_kib(self, which="VmRSS"):
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"^{which}:\s+(\d+)", status, re.M).group(1))

    def limits(self):
        return Path(f"/proc/{self.process.pid}/limits").read_text(encoding="ascii")

    def stop(self):
        """Asks it to drain; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for output in self._outputs:
            output.close()
        return self.process.returncode


class Lab:
    """Temporary folder, certificates, two origins and cork.

    `origin` is allowed, `other` only for GET, `plain` in clear text. `handlers` go to `origin`;
    `listen` is another door than a TCP port for the bottle; `narrowed` are more keys of the route
    to `origin`, as in "git: fetch".
    """

    host = "localhost"  # what the origins are called

    def __init__(self, handlers=None, listen=None, narrowed=None):
        self.folder = Path(tempfile.mkdtemp(prefix="cork-e2e-"))
        (self.folder / "home").mkdir()
        self.origin_ca, leaf, key = make_certificates(self.folder, self.host)
        self.origin = Origin(self.folder / "origin", leaf, key, handlers=handlers).start()
        self.other = Origin(self.folder / "other", leaf, key).start()
        self.plain = Origin(self.folder / "plain").start()
        self.proxy_port = free_port()
        self.proxy = f"http://127.0.0.1:{self.proxy_port}"
        self.ca = self.folder / "ca" / "ca.cert.pem"
        self.audit = self.folder / "audit.jsonl"
        self.refusals = []
        metrics_port = free_port()
        self.cork = Cork(self.folder, self._config(listen, metrics_port, narrowed),
                         metrics_port, within=self.within())

    def within(self):
        """See Cork."""
        return ()

    def _config(self, listen, metrics_port, narrowed):
        opened = 'addresses: [127.0.0.1/32, "::1/128"]'
        more = f"\n        {narrowed}" if narrowed else ""
        return f"""version: 1
ca: {{ directory: {self.folder}/ca }}
audit: {{ path: {self.audit} }}
metrics: {{ listen: "127.0.0.1:{metrics_port}" }}
upstream:
  ca_file: origin-ca.pem
bottles:
  dev:
    listen: "{listen or f'127.0.0.1:{self.proxy_port}'}"
    allow:
      - host: {self.host}:{self.origin.port}
        {opened}{more}
      - host: {self.host}:{self.other.port}
        methods: [GET]
        {opened}
      - host: http://{self.host}:{self.plain.port}
        {opened}
"""

    def url(self, path="/sink", origin=None):
        return f"https://{self.host}:{(origin or self.origin).port}{path}"

    def command(self, *arguments):
        """Another cork command, under the same configuration."""
        return subprocess.run(
            [Setting.cork, *arguments, "--config", self.cork.config], capture_output=True,
            text=True, timeout=60, check=False,
            env={**os.environ, "HOME": str(self.folder / "home")})

    def records(self):
        return [json.loads(line) for line in self.audit.read_text(encoding="utf-8").splitlines()]

    def last_refused(self):
        """The newest record of something that never left."""
        return [record for record in self.records() if record["event"] == "refused"][-1]

    def outputs(self):
        """Everything cork has written or answered on its own, by name."""
        yield "metrics", (self.folder / "metrics").read_bytes()
        yield "refusals", b"\n".join(self.refusals)
        for name in ("stdout", "stderr"):
            yield name, (self.folder / name).read_bytes()
        yield "audit.jsonl", self.audit.read_bytes()

    def close(self):
        """Stops everything; what was wrong with how cork ended and what it wrote."""
        problems = []
        try:
            if self.cork.process.poll() is None:
                (self.folder / "metrics").write_text(self.cork.metrics(), encoding="utf-8")
            status = self.cork.stop()
            if status != 0:
                problems.append(f"cork ended with {status}: {(self.folder / 'stderr').read_text()}")
            for name, text in self.outputs():
                for secret in made_secrets.made():
                    if any(spelling in text for spelling in made_secrets.spellings(secret)):
                        problems.append(f"{name} holds a credential that begins {secret[:4]}")
        finally:
            for origin in (self.origin, self.other, self.plain):
                origin.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
        return problems


class ClientTest(unittest.TestCase):
    """A client's tests share one lab; cork's outputs are looked through when it closes."""

    programs = ()    # without one of these the client is not run
    handlers = None
    listen = None
    narrowed = None

    @classmethod
    def setUpClass(cls):
        absent = [name for name in ("openssl", *cls.programs) if not shutil.which(name)]
        if absent:
            raise unittest.SkipTest(f"no {', '.join(absent)} here")
        cls.lab = cls.make_lab()

    @classmethod
    def make_lab(cls):
        return Lab(cls.handlers, cls.listen, cls.narrowed)

    @classmethod
    def tearDownClass(cls):
        problems = cls.lab.close()
        if problems:
            raise AssertionError("\n".join(problems))

    def run_program(self, *arguments, stdin=b"", timeout=300, check=True, **environment):
        """Runs a client with no proxy or CA variables but those given."""
        kept = {k: v for k, v in os.environ.items() if not re.search("proxy|_CA|CERT|SSL", k, re.I)}
        kept["HOME"] = str(self.lab.folder / "home")
        done = subprocess.run(arguments, input=stdin, capture_output=True, timeout=timeout,
                              check=False, env={**kept, **environment}, cwd=self.lab.folder)
        if check and done.returncode:
            self.fail(f"{arguments[0]} ended with {done.returncode}: {done.stderr.decode()}\n"
                      f"{done.stdout[:2000]!r}")
        return done

    def assert_refused(self, body, reason, header=None):
        """`body` is a refusal as product.md says, and the audit log knows its id. Returns it."""
        self.lab.refusals.append(body if isinstance(body, bytes) else body.encode())
        try:
            refusal = json.loads(body)
        except ValueError:
            self.fail(f"not a refusal: {body[:500]!r}")
        self.assertLessEqual(REFUSAL_KEYS, set(refusal), refusal)
        self.assertEqual(refusal["reason"], reason, refusal)
        self.assertEqual(refusal["title"], "Refused by cork")
        if header is not None:
            self.assertEqual(header, f"deny; reason={reason}; id={refusal['id']}")
        self.assert_in_audit(refusal["id"], reason)
        return refusal

    def assert_in_audit(self, identifier, reason):
        shown = self.lab.command("audit", "show", identifier)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn(identifier, shown.stdout)
        self.assertIn(reason, shown.stdout)

    def assert_nothing_leaked(self, secret, since=0):
        """No few bytes of the credential reached an origin, nor did a whole request."""
        raw = secret.encode()[:64]
        runs = [raw[at:at + RUN_BYTES] for at in range(len(raw) - RUN_BYTES + 1)]
        for origin in (self.lab.origin, self.lab.other, self.lab.plain):
            self.assertFalse(origin.received(*runs), "the origin has some of the credential")
        later = self.lab.origin.exchanges[since:]
        self.assertEqual([e.target for e in later if e.complete], [], "a whole request arrived")

    def mark(self):
        """Where the origin's list of exchanges ends now."""
        return len(self.lab.origin.exchanges)
