"""The bottle's own secrets: curl may use them where they are at home, and send them nowhere else."""

import gzip
import os
import random
import shutil
import signal
import string
import tempfile
import time
from pathlib import Path

import made_secrets
from harness import ClientTest, Lab


def made_up():
    """A value of no issuer's form."""
    text = "".join(random.SystemRandom().choices(string.ascii_letters + string.digits, k=38))
    return made_secrets._keep("q7" + text)


class KnowingLab(Lab):
    """A bottle with a token for `origin`, a .env file, and a canary."""

    def __init__(self, *arguments):
        self.secrets = Path(tempfile.mkdtemp(prefix="cork-e2e-known-"))
        self.token, self.password, self.bait = made_up(), made_up(), made_up()
        self.write("token", self.token + "\n")
        self.write("env", f"REGION=eu-central-1\nexport DB_PASSWORD='{self.password}'\n")
        self.write("bait", self.bait)
        super().__init__(*arguments)

    def write(self, name, text):
        """As secrets are rotated: another file, renamed over it."""
        new = self.secrets / "new"
        new.touch(mode=0o600)
        new.write_text(text, encoding="utf-8")
        os.replace(new, self.secrets / name)

    def _config(self, *arguments):
        return super()._config(*arguments) + f"""    lock_after: 100
    secrets:
      - from: file:{self.secrets}/token
        for: [localhost]
      - from: dotenv:{self.secrets}/env
      - from: file:{self.secrets}/bait
        canary: true
"""

    def close(self):
        problems = super().close()
        shutil.rmtree(self.secrets)
        return problems


class Curl(ClientTest):
    programs = ("curl",)

    @classmethod
    def make_lab(cls):
        return KnowingLab()

    def curl(self, *arguments, stdin=b""):
        """(status, body)."""
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(self.lab.ca), "-w", "%{stderr}%{http_code}", *arguments,
                                stdin=stdin)
        return int(done.stderr[-3:]), done.stdout


class KnownValuesTest(Curl):
    def assert_generic(self, secret, *arguments, stdin=b""):
        since = self.mark()
        status, body = self.curl(*arguments, stdin=stdin)
        self.assertEqual(status, 403, body)
        refusal = self.assert_refused(body, "leak")
        self.assertEqual(refusal["detail"], "the request holds a secret.")
        self.assertNotIn("where", refusal)
        self.assert_nothing_leaked(secret, since)
        return refusal

    def test_a_token_is_at_home_in_authorization_alone(self):
        token, url = self.lab.token, self.lab.url()
        self.assert_generic(token, "-H", f"X-Note: {token}", url)
        self.assert_generic(token, "--cookie", f"a={token}", url)
        self.assert_generic(token, "-G", "--data-urlencode", f"q={token}", url)
        self.assert_generic(token, f"{url}/{token}")
        # Last: from here on the origin has it, and may.
        self.assertEqual(self.curl("--oauth2-bearer", token, url)[0], 200)
        self.assertEqual(self.curl("-u", f"git:{token}", url)[0], 200)

    def test_what_a_dotenv_file_holds_is_a_leak_in_every_body(self):
        secret, url = self.lab.password, self.lab.url()
        self.assert_generic(secret, "--data-binary", f'{{"a": "{secret}"}}', url)
        self.assert_generic(secret, "-d", f"a=1&b={secret}", url)
        self.assert_generic(secret, "-F", f"a={secret}", url)
        self.assert_generic(secret, "--data-binary", secret[::-1], url)
        self.assert_generic(secret, "--data-binary", "-".join(secret), url)
        self.assert_generic(secret, "--data-binary", secret[7:27], url)
        self.assert_generic(secret, "-H", "Content-Encoding: gzip", "--data-binary", "@-", url,
                            stdin=gzip.compress(secret.encode()))
        self.assertEqual(self.curl("--data-binary", "eu-central-1", url)[0], 200)

    def test_a_canary_is_refused_everywhere_and_named_in_the_log_alone(self):
        refusal = self.assert_generic(self.lab.bait, "--oauth2-bearer", self.lab.bait,
                                      self.lab.url())
        record = [r for r in self.lab.records() if r["id"] == refusal["id"]][-1]
        found = [f for f in record["findings"] if f["rule"] == "canary"][0]
        self.assertEqual(found["secret"], f"file:{self.lab.secrets}/bait")

    def test_the_plan_names_them_and_check_gives_the_same_verdict(self):
        plan = " ".join(self.lab.command("plan").stdout.split())
        self.assertIn(f"file:{self.lab.secrets}/token to localhost in authorization", plan)
        self.assertNotIn(self.lab.token, plan)
        for header, code in ((f"Authorization: Bearer {self.lab.token}", 0),
                             (f"X-Note: {self.lab.token}", 3)):
            done = self.lab.command("check", self.lab.url(), "--header", header)
            self.assertEqual(done.returncode, code, done.stdout)
            self.assertNotIn(self.lab.token, done.stdout)
            self.assertIn("known-value", done.stdout)


class RotatedTest(Curl):
    def test_a_file_that_is_written_anew_counts_while_cork_runs(self):
        after = made_up()
        self.assertEqual(self.curl("--data-binary", after, self.lab.url())[0], 200)
        self.lab.write("token", after + "\n")
        deadline = time.monotonic() + 60
        while self.curl("--data-binary", after, self.lab.url())[0] != 403:
            self.assertLess(time.monotonic(), deadline, "the new file is not taken")
            time.sleep(0.1)
        self.assertEqual(self.curl("--data-binary", self.lab.token, self.lab.url())[0], 200)


class LockLab(KnowingLab):
    def _config(self, *arguments):
        return super()._config(*arguments).replace("lock_after: 100", "lock_after: 3")


class LockTest(Curl):
    @classmethod
    def make_lab(cls):
        return LockLab()

    def test_a_bottle_that_sends_them_too_often_is_locked_until_an_operator_has_looked(self):
        url = self.lab.url()
        for _ in range(3):
            self.assert_refused(self.curl("--data-binary", self.lab.password, url)[1], "leak")
        for arguments in ([], ["--data-binary", self.lab.password]):
            body = self.curl(*arguments, url)[1]
            self.assertIn("is locked", self.assert_refused(body, "bottle_limit")["detail"])
        self.assertIn('cork_bottle_locked{bottle="dev"} 1', self.lab.cork.metrics())
        self.lab.cork.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 60
        while self.curl(url)[0] != 200:
            self.assertLess(time.monotonic(), deadline, "still locked")
            time.sleep(0.1)
        self.assertIn('cork_bottle_locked{bottle="dev"} 0', self.lab.cork.metrics())
