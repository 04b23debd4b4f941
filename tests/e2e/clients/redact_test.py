"""`on_leak: redact` with curl: the origin gets a mask, and what cannot be masked is refused."""

import gzip
import json

import made_secrets
from harness import ClientTest, Lab


class RedactingLab(Lab):
    def _config(self, *arguments):
        return super()._config(*arguments) + "    on_leak: redact\n"


class RedactTest(ClientTest):
    programs = ("curl",)

    @classmethod
    def make_lab(cls):
        return RedactingLab()

    def curl(self, *arguments, stdin=b""):
        """(status, body)."""
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(self.lab.ca), "-w", "%{stderr}%{http_code}", *arguments,
                                stdin=stdin)
        return int(done.stderr[-3:]), done.stdout

    def post(self, body, *arguments):
        status, answer = self.curl("--data-binary", "@-", *arguments, self.lab.url("/echo"),
                                   stdin=body)
        return status, answer if isinstance(answer, bytes) else answer.encode()

    def test_a_conversation_arrives_with_a_mask_in_the_secrets_place(self):
        secret = made_secrets.github_token()
        for words in (10, 200_000):
            body = json.dumps({"messages": [{"content": "x" * words + f' "{secret}"\n'},
                                            {"content": secret}]}).encode()
            status, answer = self.post(body, "-H", "Content-Type: application/json")
            self.assertEqual(status, 200)
            self.assertEqual(len(answer), len(body))
            self.assertIn("*cork*redacted*", json.loads(answer)["messages"][1]["content"])
            self.assertNotIn(secret.encode(), answer)
            self.assertFalse(self.lab.origin.received(secret[8:24].encode()))

    def test_a_compressed_body_is_refused(self):
        secret = made_secrets.github_token()
        since = self.mark()
        status, answer = self.post(gzip.compress(f"a {secret} b".encode()),
                                   "-H", "Content-Encoding: gzip")
        self.assertEqual(status, 403)
        self.assert_nothing_leaked(secret, since)

    def test_check_says_that_it_would_be_masked(self):
        secret = made_secrets.github_token()
        file = self.lab.folder / "body.json"
        file.write_text(json.dumps({"a": secret}), encoding="utf-8")
        done = self.lab.command("check", "--method", "POST", "--body", file, self.lab.url("/echo"))
        file.unlink()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("masked", done.stdout)
        self.assertNotIn(secret, done.stdout)
