"""curl and openssl where TLS is passed through unread: they see the origin's own certificate, and
nothing that cork could not have seen is ever decided."""

import json
import time

import made_secrets
from harness import ClientTest

MIB = 1 << 20
RECORD_SECONDS = 30


class PassthroughTest(ClientTest):
    programs = ("curl",)
    narrowed = "tls: passthrough"

    def curl(self, *arguments, ca=None, check=True, stdin=b""):
        return self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(ca or self.lab.origin_ca), *arguments, check=check, stdin=stdin)

    def closed(self):
        return [record for record in self.lab.records() if record["event"] == "close"]

    def closed_after(self, since, which):
        """The record that follows them: it may come a moment after its client has ended, and
        after one of a test before."""
        deadline = time.monotonic() + RECORD_SECONDS
        while time.monotonic() < deadline:
            if newer := list(filter(which, self.closed()[len(since):])):
                return newer[0]
        return self.fail("the tunnel's record was not closed")

    def test_the_certificate_is_the_origins_own(self):
        done = self.curl(self.lab.url("/sink"))
        self.assertEqual(json.loads(done.stdout)["method"], "GET")
        refused = self.curl(self.lab.url("/sink"), ca=self.lab.ca, check=False)
        self.assertEqual(refused.returncode, 60, "cork's CA has signed nothing here")

    def test_what_is_inside_is_neither_read_nor_scanned(self):
        secret = made_secrets.github_token()
        done = self.curl("--data-binary", "@-", self.lab.url("/echo"), stdin=secret.encode())
        self.assertEqual(done.stdout, secret.encode())

    def test_the_log_has_what_passed_and_not_what_it_said(self):
        since = self.closed()
        self.curl("--data-binary", "@-", self.lab.url("/sink?some=thing"), stdin=b"x" * MIB)
        closed = self.closed_after(since, lambda record: record["bytes"]["sent"] > MIB)
        self.assertEqual((closed["wire"], closed["reason"]), ("tls-passthrough", "allowed"))
        self.assertGreater(closed["bytes"]["response"], 1000)
        self.assertNotIn("thing", self.lab.audit.read_text(encoding="utf-8"))

    def test_an_upload_beyond_the_cap_is_cut(self):
        upload = self.lab.folder / "upload"
        upload.write_bytes(b"x" * (80 * MIB))
        since = self.closed()
        done = self.curl("-T", str(upload), self.lab.url("/sink"), check=False)
        upload.unlink()
        self.assertNotEqual(done.returncode, 0)
        closed = self.closed_after(since, lambda record: record["reason"] == "too_large")
        self.assertGreater(closed["bytes"]["sent"], 63 * MIB)
        self.assertLessEqual(closed["bytes"]["sent"], 64 * MIB)

    def test_another_server_name_than_the_connects_is_refused_by_an_alert(self):
        before = len(self.lab.origin.exchanges)
        done = self.run_program(
            "openssl", "s_client", "-proxy", f"127.0.0.1:{self.lab.proxy_port}", "-connect",
            f"localhost:{self.lab.origin.port}", "-CAfile", str(self.lab.origin_ca), "-servername",
            "elsewhere.example.com", check=False)
        self.assertIn("unrecognized name", (done.stdout + done.stderr).decode(errors="replace"))
        self.assertEqual(self.lab.last_refused()["reason"], "sni_mismatch")
        self.assertEqual(len(self.lab.origin.exchanges), before)

    def test_openssl_finishes_its_handshake_with_the_origin_in_every_version(self):
        for version in ("1_2", "1_3"):
            done = self.run_program(
                "openssl", "s_client", "-proxy", f"127.0.0.1:{self.lab.proxy_port}", "-connect",
                f"localhost:{self.lab.origin.port}", "-CAfile", str(self.lab.origin_ca),
                "-servername", "localhost", "-verify_return_error", "-ign_eof", f"-tls{version}",
                stdin=b"GET /sink HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            shown = done.stdout.decode(errors="replace")
            self.assertIn("Test origin CA", shown)
            self.assertRegex(shown, r"HTTP/1\.1 200")

    def test_check_and_plan_say_that_nothing_is_inspected(self):
        checked = self.lab.command("check", self.lab.url("/sink"))
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn("passed through unread", checked.stdout)
        planned = self.lab.command("plan")
        self.assertIn("passed through unread", planned.stdout)
        self.assertIn("warning", planned.stdout)
