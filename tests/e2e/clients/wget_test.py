"""wget as Debian builds it, with GnuTLS: it knows the proxy variables, and a CA from WGETRC alone."""

import hashlib

import made_secrets
from environment import EnvironmentTest
from matrix import LARGE, large_body


class WgetTest(EnvironmentTest):
    programs = ("wget",)

    def wget(self, *arguments, check=True):
        return self.run_client("wget", "--tries=1", "-O-", *arguments, check=check)

    def test_allowed_hosts_are_reached_with_what_cork_env_prints_alone(self):
        self.assertIn(b'"method": "GET"', self.wget(self.lab.url("/sink")).stdout)
        plain = f"http://{self.lab.host}:{self.lab.plain.port}/sink"
        self.assertIn(b'"method": "GET"', self.wget(plain).stdout)

    def test_a_refusal_is_named_in_the_error(self):
        since = self.seen()
        done = self.wget(self.forbidden("/a"), check=False)
        self.assertEqual(done.returncode, 8)
        self.assertIn("ERROR 403: Refused by cork", done.said)
        self.assert_explained(done.said, "host_not_allowed", since)

    def test_a_refusal_is_shown_whole_on_demand(self):
        done = self.wget("--content-on-error", self.forbidden("/a"), check=False)
        self.assert_refused(done.stdout, "host_not_allowed")

    def test_a_leak_is_refused_in_the_error(self):
        for how in ("--post-data", "--post-file", "--header"):
            secret, since, seen = made_secrets.github_token(), self.mark(), self.seen()
            upload = self.lab.folder / "upload"
            upload.write_text("a quiet line\n" * 10_000 + secret, encoding="ascii")
            value = {"--post-data": f"token={secret}", "--post-file": str(upload),
                     "--header": f"X-Note: {secret}"}[how]
            with self.subTest(how):
                done = self.wget(f"{how}={value}", self.lab.url("/echo"), check=False)
                self.assert_explained(done.said, "leak", seen)
                self.assert_nothing_leaked(secret, since)
            upload.unlink()

    def test_one_connection_serves_many_requests(self):
        since = self.mark()
        self.wget(*[self.lab.url(f"/sink?{number}") for number in range(5)])
        self.assertEqual(len(self.lab.origin.exchanges) - since, 5)
        self.assertEqual(len({e.connection for e in self.lab.origin.exchanges[since:]}), 1)

    def test_a_large_download_arrives_whole(self):
        done = self.wget("-q", self.lab.url(f"/large?bytes={LARGE}"))
        self.assertEqual(hashlib.sha256(done.stdout).digest(),
                         hashlib.sha256(large_body()).digest())

    def test_a_truncated_answer_is_an_error(self):
        self.assertNotEqual(self.wget(self.lab.url("/truncate"), check=False).returncode, 0)
