"""A pinned credential: curl and git with one's own pass, with somebody else's nothing leaves."""

import base64
import os
import tempfile
import time
from pathlib import Path

import made_secrets
from git_test import GitLab
from harness import ClientTest, Lab


class PinnedLab(Lab):
    """The route to `origin` pins what stands in a file, which a test may write anew."""

    def __init__(self, handlers=None):
        self.secrets = Path(tempfile.mkdtemp(prefix="cork-e2e-pin-"))
        self.key_file = self.secrets / "key"
        self.own = made_secrets.github_token()
        self.write(self.own)
        super().__init__(handlers, narrowed=f"credential: file:{self.key_file}")

    def write(self, value):
        """As secrets are rotated: another file, renamed over it."""
        new = self.secrets / "new"
        new.touch(mode=0o600)
        new.write_text(value + "\n", encoding="utf-8")
        os.replace(new, self.key_file)

    def close(self):
        problems = super().close()
        self.key_file.unlink()
        self.secrets.rmdir()
        return problems


class Curl(ClientTest):
    programs = ("curl",)

    @classmethod
    def make_lab(cls):
        return PinnedLab()

    def curl(self, *arguments):
        """(status, body)."""
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(self.lab.ca), "-w", "%{stderr}%{http_code}", *arguments,
                                self.lab.url())
        return int(done.stderr[-3:]), done.stdout


class PinnedCurlTest(Curl):
    def assert_foreign(self, secret, *arguments):
        since = self.mark()
        status, body = self.curl(*arguments)
        self.assertEqual(status, 403, body)
        refusal = self.assert_refused(body, "foreign_credential")
        self.assertNotIn(secret, refusal["detail"])
        self.assert_nothing_leaked(secret, since)

    def test_ones_own_passes_in_every_slot_and_is_no_leak_there(self):
        own = self.lab.own
        for arguments in (["-H", f"x-api-key: {own}"], ["-H", f"Authorization: token {own}"],
                          ["-u", f"x-access-token:{own}"], ["--oauth2-bearer", own], []):
            with self.subTest(arguments=len(arguments)):
                self.assertEqual(self.curl(*arguments)[0], 200)

    def test_somebody_elses_is_foreign_in_every_slot(self):
        other = made_secrets.anthropic_key()
        for arguments in (["-H", f"x-api-key: {other}"], ["-H", f"Authorization: token {other}"],
                          ["-u", f"x-access-token:{other}"], ["--oauth2-bearer", other],
                          ["--cookie", f"session={other}"],
                          ["-H", f"x-api-key: {self.lab.own}", "--oauth2-bearer", other],
                          ["-G", "--data-urlencode", f"key={other}"]):
            with self.subTest(arguments=arguments[0]):
                self.assert_foreign(other, *arguments)

    def test_ones_own_anywhere_else_is_a_leak(self):
        since = self.mark()
        status, body = self.curl("--data-binary", f"the key is {self.lab.own} ")
        self.assertEqual(status, 403)
        self.assert_refused(body, "leak")
        self.assertEqual(self.mark(), since)

    def test_the_plan_names_the_file_and_check_gives_the_same_verdict(self):
        self.assertIn(f"credential: file:{self.lab.key_file} (set)",
                      " ".join(self.lab.command("plan").stdout.split()))
        url = self.lab.url()
        for key, code in ((self.lab.own, 0), ("sOmebOdy", 3)):
            done = self.lab.command("check", url, "--header", f"x-api-key: {key}")
            self.assertEqual(done.returncode, code, done.stdout)
            self.assertNotIn(key, done.stdout)


class RotatedTest(Curl):
    def test_a_rotated_file_is_taken_while_cork_runs(self):
        before, after = self.lab.own, made_secrets.github_token()
        self.assertEqual(self.curl("-H", f"x-api-key: {before}")[0], 200)
        self.lab.write(after)
        deadline = time.monotonic() + 60
        while self.curl("-H", f"x-api-key: {after}")[0] != 200:
            self.assertLess(time.monotonic(), deadline, "the new file is not taken")
            time.sleep(0.1)
        self.assertEqual(self.curl("-H", f"x-api-key: {before}")[0], 403)


class PinnedGitTest(GitLab):
    @classmethod
    def make_lab(cls):
        return PinnedLab(cls.handlers)

    def clone(self, name, password, *more, user="x-access-token", check=True):
        address = self.lab.url("/private/repo.git").replace(
            "https://", f"https://{user}:{password}@" if password else "https://")
        return self.git("clone", "-q", *more, address, str(self.lab.folder / name), check=check)

    def test_a_clone_with_ones_own_token_in_the_url_passes(self):
        self.clone("own", self.lab.own)
        self.assertEqual(self.head_of(self.lab.folder / "own", "HEAD"), "first")

    def test_a_clone_with_ones_own_token_as_an_extra_header_passes(self):
        self.git("-c", f"http.extraHeader=Authorization: Bearer {self.lab.own}", "clone", "-q",
                 self.lab.url("/private/repo.git"), str(self.lab.folder / "header"))
        self.assertEqual(self.head_of(self.lab.folder / "header", "HEAD"), "first")

    def test_a_clone_with_somebody_elses_is_refused_in_words_that_git_shows(self):
        other = made_secrets.gitlab_token()
        for user in ("x-access-token", "mallory"):
            done = self.clone("other", other, user=user, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(b"foreign_credential", done.stderr)
            sent = base64.b64encode(f"{user}:{other}".encode())
            self.assertFalse(self.lab.origin.received(other.encode(), sent))
        # Nor with one's own token as the password of another account.
        done = self.clone("account", self.lab.own, user="mallory", check=False)
        self.assertIn(b"foreign_credential", done.stderr)
