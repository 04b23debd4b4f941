"""uv, which trusts its own roots unless it is told otherwise. The binary comes from PyPI."""

import made_secrets
from environment import EnvironmentTest, python_tools
from registries import NAME, PythonIndex


class UvTest(EnvironmentTest):
    handlers = {"/pypi/": PythonIndex("/pypi")}

    @classmethod
    def setUpClass(cls):
        cls.bin = python_tools("uv")
        super().setUpClass()

    def uv(self, *arguments, check=True):
        return self.run_client(self.bin / "uv", "--no-cache", *arguments, check=check)

    def install(self, index, target, check=True):
        return self.uv("pip", "install", "--python", self.bin / "python", "--target", target,
                       "--default-index", index, NAME, check=check)

    def test_a_package_is_installed_with_what_cork_env_prints_alone(self):
        done = self.install(self.lab.url("/pypi/simple/"), "installed")
        self.assertTrue((self.lab.folder / "installed" / NAME / "ballast.bin").exists(), done.said)
        self.assertNotIn("warning", done.said.lower())

    def test_an_index_that_no_route_names_is_an_error_with_its_status(self):
        since = self.seen()
        done = self.install(self.forbidden("/simple/"), "refused", check=False)
        self.assertIn("403 Forbidden", done.said)
        self.assertIn("files.example.net", done.said)
        self.assert_recorded("host_not_allowed", since)

    def test_a_file_on_a_host_that_no_route_names_is_refused_in_the_error(self):
        since = self.seen()
        done = self.install(self.lab.url("/pypi/elsewhere/"), "elsewhere", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assert_explained(done.said, "host_not_allowed", since)

    def test_a_token_for_another_index_is_refused_in_the_error(self):
        secret, mark, since = made_secrets.github_token(), self.mark(), self.seen()
        wheel = f"{NAME}-1.0.0-py3-none-any.whl"
        content = PythonIndex("/pypi").files("")[f"/files/{wheel}"][1]
        (self.lab.folder / wheel).write_bytes(content)
        done = self.uv("publish", "--publish-url", self.lab.url("/pypi/upload"), "--username",
                       "someone", "--password", secret, wheel, check=False)
        self.assertNotEqual(done.returncode, 0)
        # It shows title and detail of the refusal.
        self.assertIn("Refused by cork, the request's header Authorization holds", done.said)
        self.assert_recorded("leak", since)
        self.assert_nothing_leaked(secret, mark)
