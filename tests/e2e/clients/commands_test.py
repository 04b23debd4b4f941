"""cork's other commands beside a running cork, and what it says of bad input."""

import json
import os
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import made_secrets
import raw
from harness import ClientTest, Cork, Setting, free_port

# One mistake each: the configuration's text after `version: 1`, and what the message must hold.
BOTTLE = "bottles:\n  dev:\n    listen: 127.0.0.1:{port}\n    allow:\n"
MISTAKES = {
    "an unknown key": (BOTTLE + "      - host: a.example\n        method: [GET]\n", ["methods"]),
    "a duplicate key": (BOTTLE + "      - a.example\naudit: {{ path: a }}\naudit: {{ path: b }}\n",
                        ["audit"]),
    "a second document": (BOTTLE + "      - a.example\n---\nversion: 1\n", ["document"]),
    "an empty bottle": ("bottles:\n  dev:\n    listen: 127.0.0.1:{port}\n", ["allow"]),
    "a wildcard in the middle": (BOTTLE + "      - a.*.example\n", ["a.*.example"]),
    "a port that is none": (BOTTLE + "      - a.example:99999\n", ["99999"]),
    "an unknown preset": ("bottles:\n  dev:\n    listen: 127.0.0.1:{port}\n    use: [npn]\n",
                          ["did you mean 'npm'?", "claude-code"]),
    "an unquoted wildcard": (BOTTLE + "      - *.example.org\n", ["quote"]),
}


class CommandsTest(ClientTest):
    programs = ("curl",)

    def cork(self, *arguments, **environment):
        return subprocess.run(
            [Setting.cork, *arguments], capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "HOME": str(self.lab.folder / "home"), **environment})

    def test_check_gives_the_verdict_of_the_proxy_and_the_line_that_decided(self):
        lines = (self.lab.folder / "cork.yaml").read_text(encoding="utf-8").splitlines()
        route = next(i for i, l in enumerate(lines, 1) if f"localhost:{self.lab.origin.port}" in l)
        allowed = self.lab.command("check", self.lab.url("/sink"))
        self.assertEqual(allowed.returncode, 0, allowed.stdout + allowed.stderr)
        self.assertIn(f"cork.yaml:{route}", allowed.stdout)
        denied = self.lab.command("check", "https://files.example.net/")
        self.assertEqual(denied.returncode, 3, denied.stdout + denied.stderr)
        self.assertIn("host_not_allowed", denied.stdout)
        self.assertIn("cork.yaml:", denied.stdout)
        method = self.lab.command("check", "--method", "POST", self.lab.url("/", self.lab.other))
        self.assertEqual(method.returncode, 3)
        self.assertIn("method_not_allowed", method.stdout)

    def test_check_sees_a_leak_and_does_not_repeat_it(self):
        secret = made_secrets.github_token()
        done = self.lab.command("check", "--header", f"X-Note: {secret}", self.lab.url())
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("leak", done.stdout)
        self.assertNotIn(secret, done.stdout + done.stderr)
        held = self.lab.command("check", "--header", f"Authorization: Bearer {secret}",
                                self.lab.url())
        self.assertIn("set `credential: env:NAME` on the route in cork.yaml", held.stdout)
        self.assertNotIn("credential:", done.stdout)

    def test_check_reads_a_body_from_standard_input_as_curl_would_send_it(self):
        secret = made_secrets.github_token()
        done = subprocess.run(
            [Setting.cork, "check", "--config", self.lab.folder / "cork.yaml", "--body", "-",
             self.lab.url()], input=f"note={secret}", capture_output=True, text=True, timeout=60,
            check=False, env={**os.environ, "HOME": str(self.lab.folder / "home")})
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("github-token in the body /note", done.stdout)

    def test_the_bundle_holds_corks_ca_and_is_trusted(self):
        bundle = self.lab.folder / "bundle.pem"
        done = self.lab.command("ca", "bundle")
        self.assertEqual(done.returncode, 0, done.stderr)
        text = done.stdout
        if "BEGIN CERTIFICATE" not in text:  # it may say where it wrote it
            text = Path(text.strip().splitlines()[-1]).read_text(encoding="ascii")
        bundle.write_text(text, encoding="ascii")
        self.assertIn(self.lab.ca.read_text(encoding="ascii").strip(), text)
        answer = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert", str(bundle),
                                  self.lab.url("/sink"))
        self.assertEqual(json.loads(answer.stdout)["method"], "GET")

    def test_ca_show_prints_the_fingerprint_that_openssl_computes(self):
        computed = self.run_program("openssl", "x509", "-in", str(self.lab.ca), "-noout",
                                    "-fingerprint", "-sha256").stdout.decode()
        fingerprint = computed.strip().split("=", 1)[1]
        self.assertIn(fingerprint, self.lab.command("ca", "show").stdout)

    def test_the_private_key_is_readable_by_its_owner_alone(self):
        mode = (self.lab.folder / "ca" / "ca.key.pem").stat().st_mode
        self.assertEqual(mode & 0o777, 0o600)

    def test_what_env_prints_can_be_evaluated_and_is_enough_for_curl(self):
        done = self.lab.command("env")
        self.assertEqual(done.returncode, 0, done.stderr)
        # The origin is on this very machine, which the variables rightly exempt.
        script = f"{done.stdout}\nexec curl -sS --noproxy '' '{self.lab.url('/sink')}'"
        answer = self.run_program("sh", "-c", script)
        self.assertEqual(json.loads(answer.stdout)["method"], "GET")

    def test_the_records_of_an_exchange(self):
        self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert", str(self.lab.ca),
                         "-d", "hello", self.lab.url("/echo?word=hidden"))
        deadline = time.monotonic() + 10
        while self.lab.records()[-1]["event"] != "close" and time.monotonic() < deadline:
            time.sleep(0.02)
        opened, closed = self.lab.records()[-2:]
        self.assertEqual((opened["event"], closed["event"]), ("open", "close"))
        self.assertEqual(opened["id"], closed["id"])
        self.assertEqual((closed["status"], closed["bytes"]["request"], closed["bytes"]["sent"]),
                         (200, 5, 5))
        self.assertNotIn("hidden", json.dumps([opened, closed]))
        tail = self.lab.command("audit", "tail")
        self.assertIn(closed["id"], tail.stdout)

    def test_audit_ls_finds_a_refusal_by_what_is_known_of_it(self):
        self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert", str(self.lab.ca),
                         "https://ls.example.net/")
        deadline = time.monotonic() + 10
        while not any(r["host"] == "ls.example.net" for r in self.lab.records()):
            self.assertLess(time.monotonic(), deadline, "no record of the refusal")
            time.sleep(0.02)
        refused = self.lab.last_refused()
        done = self.lab.command("audit", "ls", "--host", "*.example.net", "--decision", "deny",
                                "--reason", "host_not_allowed", "--since", "10m", "--limit", "1",
                                "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["id"], refused["id"])
        row = self.lab.command("audit", "ls", "--host", "ls.example.net").stdout
        self.assertRegex(row, r"- host_not_allowed .* GET .*ls\.example\.net.*" + refused["id"])
        self.assertEqual(self.lab.command("audit", "ls", "--host", "a.example").stdout, "")
        wrong = self.lab.command("audit", "ls", "--since", "yesterday")
        self.assert_one_clear_message(wrong, "yesterday", "2h")

    def test_metrics_count_exchanges_and_refusals(self):
        self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert", str(self.lab.ca),
                         "https://files.example.net/")
        metrics = self.lab.cork.metrics()
        self.assertRegex(metrics, r'cork_exchanges_total\{[^}]*"host_not_allowed"[^}]*\} [1-9]')

    def test_rules_test_passes(self):
        done = self.lab.command("rules", "test")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_health_asks_the_running_cork(self):
        done = self.lab.command("health")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(json.loads(done.stdout)["ready"])

    def test_core_dumps_are_off(self):
        self.assertRegex(self.lab.cork.limits(), r"Max core file size\s+0\s+0")

    # Bad input: one message each, exit 2, no traces.

    def assert_one_clear_message(self, done, *words, location=None):
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        if location:
            self.assertRegex(done.stderr, location)
        self.assertNotRegex(done.stderr, r"terminate called|Sanitizer|what\(\)|0x[0-9a-f]{8}")
        self.assertLess(len(done.stderr.splitlines()), 12, done.stderr)

    def test_a_mistake_in_the_configuration_is_located(self):
        for name, (text, words) in MISTAKES.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "cork.yaml"
                path.write_text("version: 1\n" + text.format(port=free_port()), encoding="utf-8")
                done = self.cork("run", "--config", str(path))
                self.assert_one_clear_message(done, *words, location=r"cork\.yaml:\d+:\d+")

    def test_every_error_of_every_file_is_told_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cork.yaml"
            path.write_text("version: 1\nca: { directory: ca }\naudit: { path: a }\n"
                            "upstream: { ca_file: none.pem }\nrules: { files: [own.toml] }\n"
                            + BOTTLE.format(port=free_port()) + "      - a.example\n",
                            encoding="utf-8")
            (Path(folder) / "own.toml").write_text(
                '[[rules]]\nid = "a"\nregex = "("\n[[rules]]\nid = "b"\nregx = "b"\n'
                '[[rules]]\nid = "c"\nentropy = "3"\n', encoding="utf-8")
            for words in (["run"], ["plan"], ["check", "https://a.example/"]):
                done = self.cork(*words, "--config", str(path))
                self.assert_one_clear_message(
                    done, "cork.yaml:4:22: error: cannot open", "own.toml:3:9: error: 'regex'",
                    "did you mean 'regex'?", "write entropy = 3, without quotes",
                    "rule 'c' has neither 'regex' nor 'path'")
                self.assertNotIn("rule 'b' has neither", done.stderr)

    def test_what_people_try_first_is_done_or_answered(self):
        version = self.cork("--version").stdout
        for words in (["-V"], ["version"]):
            self.assertEqual(self.cork(*words).stdout, version)
        self.assertIn("cork plan [OPTIONS]", self.cork("help", "plan").stdout)
        self.assert_one_clear_message(self.cork("plan", "--confg", "x"), "did you mean '--config'?")
        self.assert_one_clear_message(self.cork("--config", "x", "plan"), "`cork plan --config ...`")
        for words in (["audit", "ls", "--file"], ["audit", "tail", "--file"], ["scan"],
                      ["rules", "ls", "--file"], ["plan", "--config"]):
            self.assert_one_clear_message(self.cork(*words, "/nonexistent/file"), "/nonexistent")

    def test_without_a_home_it_is_said_that_there_is_none(self):
        if Path("/etc/cork/cork.yaml").exists():
            self.skipTest("this machine has a configuration")
        environment = {k: v for k, v in os.environ.items() if k not in ("HOME", "CORK_CONFIG")}
        done = subprocess.run([Setting.cork, "plan"], capture_output=True, text=True, timeout=60,
                              check=False, env=environment)
        self.assert_one_clear_message(done, "/etc/cork/cork.yaml does not exist, and HOME is not set")

    def test_a_missing_configuration_is_named(self):
        done = self.cork("run", "--config", "/nonexistent/cork.yaml")
        self.assert_one_clear_message(done, "/nonexistent/cork.yaml")

    def start_with(self, folder, port, extra=""):
        path = Path(folder) / "cork.yaml"
        path.write_text(f"version: 1\nca: {{ directory: {folder}/ca }}\n"
                        f"audit: {{ path: {folder}/audit.jsonl }}\n{extra}"
                        + BOTTLE.format(port=port) + "      - a.example\n", encoding="utf-8")
        return self.cork("run", "--config", str(path))

    def test_a_configuration_that_others_may_write_is_refused_by_all_alike(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cork.yaml"
            path.write_text("version: 1\nca: { directory: ca }\naudit: { path: a }\n"
                            + BOTTLE.format(port=free_port()) + "      - a.example\n",
                            encoding="utf-8")
            path.chmod(0o646)
            told = set()
            for words in (["run"], ["plan"], ["check", "https://a.example/"]):
                done = self.cork(*words, "--config", str(path))
                self.assert_one_clear_message(done, "every user of this machine may write")
                told.add(done.stderr)
            self.assertEqual(len(told), 1, told)

    def test_a_port_in_use_is_named(self):
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as one:
            port = one.getsockname()[1]
            self.assert_one_clear_message(self.start_with(folder, port), str(port))

    def test_a_key_that_others_can_read_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            done = self.lab.command("ca", "show")
            self.assertEqual(done.returncode, 0, done.stderr)
            (Path(folder) / "ca").mkdir(mode=0o700)
            for name in ("ca.key.pem", "ca.cert.pem"):
                copy = Path(folder) / "ca" / name
                copy.write_bytes((self.lab.folder / "ca" / name).read_bytes())
                copy.chmod(0o644)
            self.assert_one_clear_message(self.start_with(folder, free_port()), "ca.key.pem")

    def test_a_corrupt_rule_file_is_located(self):
        with tempfile.TemporaryDirectory() as folder:
            rules = Path(folder) / "own.toml"
            for text in ("[[rules]\n", '[[rules]]\nid = "own"\nregex = "(unclosed"\n'):
                rules.write_text(text, encoding="utf-8")
                done = self.start_with(folder, free_port(), f"rules: {{ files: [{rules}] }}\n")
                self.assert_one_clear_message(done, "own.toml")

    def test_an_unset_variable_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            extra = "upstream: { ca_file: env:CORK_TEST_UNSET }\n"
            done = self.start_with(folder, free_port(), extra)
            self.assert_one_clear_message(done, "CORK_TEST_UNSET")

    def test_certificates_that_are_not_there_are_located_in_the_configuration(self):
        with tempfile.TemporaryDirectory() as folder:
            extra = "upstream: { ca_file: gone.pem }\n"
            done = self.start_with(folder, free_port(), extra)
            self.assert_one_clear_message(done, "gone.pem")
            self.assertRegex(done.stderr, r"cork\.yaml:[0-9]+:22: error: .*gone\.pem")


class BundleTest(unittest.TestCase):
    """`cork run --ca-bundle`, and `cork health` before, during and after."""

    def test_the_bundle_is_there_once_cork_is_healthy(self):
        with tempfile.TemporaryDirectory() as name:
            folder, metrics = Path(name), free_port()
            (folder / "home").mkdir()
            text = (f"version: 1\nca: {{ directory: ca }}\naudit: {{ path: audit.jsonl }}\n"
                    f"metrics: {{ listen: 127.0.0.1:{metrics} }}\n"
                    + BOTTLE.format(port=free_port()) + "      - a.example\n")
            bundle = folder / "bundle.pem"
            cork = Cork(folder, text, metrics, "--ca-bundle", bundle)
            health = [Setting.cork, "health", "--config", cork.config]
            try:
                asked = subprocess.run(health, capture_output=True, check=False)
                self.assertEqual(asked.returncode, 0, asked.stderr)
                authority = (folder / "ca" / "ca.cert.pem").read_text(encoding="ascii").strip()
                self.assertIn(authority, bundle.read_text(encoding="utf-8"))
                self.assertEqual(bundle.stat().st_mode & 0o777, 0o644)
                self.assertTrue((folder / "truststore.jks").is_file(), "the same for Java")
            finally:
                self.assertEqual(cork.stop(), 0)
            gone = subprocess.run(health, capture_output=True, text=True, check=False)
            self.assertEqual(gone.returncode, 1, gone.stdout + gone.stderr)
            self.assertIn("Connection refused", gone.stderr)

    def test_a_bundle_that_cannot_be_written_is_named_and_nothing_is_served(self):
        with tempfile.TemporaryDirectory() as name:
            config = Path(name) / "cork.yaml"
            config.write_text("version: 1\nca: { directory: ca }\naudit: { path: a }\n"
                              + BOTTLE.format(port=free_port()) + "      - a.example\n",
                              encoding="utf-8")
            done = subprocess.run(
                [Setting.cork, "run", "--config", config, "--ca-bundle", "/nonexistent/b.pem"],
                capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn("--ca-bundle: /nonexistent/", done.stderr)
            self.assertNotIn("is running", done.stdout)


class RuleWarningsTest(unittest.TestCase):
    """What `cork run` says of rules that stop less than was meant."""

    def test_they_are_told_at_the_start_and_when_a_file_changed(self):
        with tempfile.TemporaryDirectory() as name:
            folder, metrics = Path(name), free_port()
            (folder / "home").mkdir()
            rules = folder / "own.toml"
            rules.write_text('[[rules]]\nid = "open"\nregex = "open_(?:[a-z]+-)+x"\n',
                             encoding="utf-8")
            text = (f"version: 1\nca: {{ directory: ca }}\naudit: {{ path: audit.jsonl }}\n"
                    f"metrics: {{ listen: 127.0.0.1:{metrics} }}\n"
                    f"rules: {{ builtin: false, files: [own.toml] }}\n"
                    + BOTTLE.format(port=free_port()) + "      - a.example\n")
            cork = Cork(folder, text, metrics)
            try:
                said = folder / "stderr"
                planned = subprocess.run([Setting.cork, "plan", "--config", cork.config],
                                         capture_output=True, text=True, check=False).stderr
                self.assertIn("own.toml:1:1: warning: rule 'open'", planned)
                self.assertIn(planned, said.read_text(encoding="utf-8"))
                rules.write_text('[[rules]]\nid = "wide"\nregex = "wide_(?:[a-z]+-)+x"\n',
                                 encoding="utf-8")
                deadline = time.monotonic() + 30
                while "rule 'wide'" not in said.read_text(encoding="utf-8"):
                    self.assertLess(time.monotonic(), deadline, said.read_text(encoding="utf-8"))
                    time.sleep(0.05)
            finally:
                self.assertEqual(cork.stop(), 0)


class DrainTest(ClientTest):
    """SIGTERM lets what is in flight end."""

    def test_an_exchange_in_flight_ends_before_cork_does(self):
        with raw.Tunnel(self.lab, ("127.0.0.1", self.lab.proxy_port)) as tunnel:
            tunnel.send(raw.head_of(self.lab, "Content-Length: 0", path="/slow?ms=1500"))
            deadline = time.monotonic() + 30
            while not self.lab.origin.exchanges and time.monotonic() < deadline:
                time.sleep(0.02)
            (self.lab.folder / "metrics").write_text("", encoding="utf-8")
            self.lab.cork.process.terminate()
            self.assertEqual(tunnel.answer().status, 200)
        self.assertEqual(self.lab.cork.process.wait(timeout=30), 0)
        self.assertEqual(self.lab.records()[-1]["event"], "close")
