"""pip: from a simple index, and what it says of a refusal, which is little for an index page."""

import sys

import made_secrets
from environment import EnvironmentTest, python_tools
from registries import NAME, PythonIndex


class PipTest(EnvironmentTest):
    handlers = {"/pypi/": PythonIndex("/pypi")}

    @classmethod
    def setUpClass(cls):
        cls.bin = python_tools("pip")
        super().setUpClass()

    def pip(self, *arguments, check=True):
        return self.run_client(
            self.bin / "pip", "--isolated", "--no-cache-dir", "--disable-pip-version-check",
            *arguments, check=check)

    def install(self, index, *options, check=True):
        return self.pip("install", "--target", "installed", "--no-deps", "--index-url", index,
                        *options, NAME, check=check)

    def test_a_package_is_installed_with_what_cork_env_prints_alone(self):
        self.install(self.lab.url("/pypi/simple/"))
        done = self.run_client(sys.executable, "-c", f"import {NAME}; print({NAME}.GREETING)",
                               PYTHONPATH=str(self.lab.folder / "installed"))
        self.assertEqual(done.stdout, b"hello from a wheel\n")

    def test_a_file_on_a_host_that_no_route_names_is_refused_in_the_error(self):
        since = self.seen()
        done = self.install(self.lab.url("/pypi/elsewhere/"), check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "host_not_allowed", since)

    def test_an_index_that_no_route_names_is_explained_with_more_words(self):
        since = self.seen()
        done = self.install(self.forbidden("/simple/"), "-vv", check=False)
        self.assert_explained(done.said, "host_not_allowed", since)
        # Without them pip says only this: docs/clients.md tells where to look.
        done = self.install(self.forbidden("/simple/"), check=False)
        self.assertIn("No matching distribution found", done.said)
        self.assertNotIn("Refused by cork", done.said)

    def test_a_token_for_another_index_is_refused(self):
        secret, seen, mark = made_secrets.gitlab_token(), self.seen(), self.mark()
        index = self.lab.url("/pypi/simple/").replace("//", f"//user:{secret}@")
        done = self.install(index, "-vv", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "leak", seen)
        self.assert_nothing_leaked(secret, mark)
