"""`cork doctor` beside a running cork: wrong before `cork env`, well after it."""

import os
import re
import subprocess

from harness import ClientTest, Setting


class DoctorTest(ClientTest):
    programs = ("curl", "git")

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if not re.search("proxy|_CA|CERT|SSL", k, re.I)}
        return {**kept, "HOME": str(self.lab.folder / "home"), **more}

    def doctor(self, **more):
        return subprocess.run([Setting.cork, "doctor", "--config", self.lab.cork.config],
                              capture_output=True, text=True, timeout=120, check=False,
                              env=self.environment(**more))

    def variables(self):
        done = subprocess.run([Setting.cork, "env", "--shell", "docker", "--config",
                               self.lab.cork.config], capture_output=True, text=True, timeout=60,
                              check=True, env=self.environment())
        return dict(line.split("=", 1) for line in done.stdout.splitlines())

    def rows(self, done):
        """State by name."""
        return {row[1]: row[0] for row in (line.split() for line in done.stdout.splitlines())
                if len(row) > 2 and row[0] in ("ok", "?", "wrong")}

    def test_without_the_variables_it_says_no_and_what_sets_them(self):
        done = self.doctor()
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertEqual(self.rows(done)["curl"], "wrong")
        self.assertEqual(self.rows(done)["door"], "ok", done.stdout)
        self.assertIn('eval "$(cork env)"', done.stdout)

    def test_with_what_cork_env_sets_nothing_is_wrong(self):
        before = len(self.lab.records()) if self.lab.audit.exists() else 0
        done = self.doctor(**self.variables())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rows = self.rows(done)
        for name in ("CA", "proxy", "door", "curl", "git"):
            self.assertEqual(rows[name], "ok", done.stdout)
        self.assertEqual([r for r in self.lab.records()[before:] if r["event"] == "open"], [])

    def test_a_bundle_without_the_ca_is_found_by_the_handshake(self):
        variables = self.variables()
        variables["CURL_CA_BUNDLE"] = str(self.lab.origin_ca)
        done = self.doctor(**variables)
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertEqual(self.rows(done)["curl"], "wrong", done.stdout)
        self.assertEqual(self.rows(done)["git"], "ok", done.stdout)

    def test_git_that_verifies_nothing_is_found(self):
        (self.lab.folder / "home" / ".gitconfig").write_text("[http]\n\tsslVerify = no\n",
                                                             encoding="ascii")
        self.addCleanup((self.lab.folder / "home" / ".gitconfig").unlink)
        done = self.doctor(**self.variables())
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn("http.sslVerify is false", done.stdout)
