"""Python's httpx, which reads the proxy variables and SSL_CERT_FILE."""

from environment import EnvironmentTest, python_tools
from matrix import PROGRAMS, Matrix


class HttpxTest(Matrix, EnvironmentTest):
    @classmethod
    def setUpClass(cls):
        cls.python = python_tools("httpx>=0.28,<1") / "python"
        super().setUpClass()

    def command(self):
        return [self.python, PROGRAMS / "python_client.py", "httpx"]

    def test_an_error_that_a_program_raises_names_the_refusal(self):
        since = self.seen()
        done = self.run_client(
            self.python, "-c", f"import httpx; httpx.get({self.forbidden()!r}).raise_for_status()",
            check=False)
        self.assert_explained(done.said, "host_not_allowed", since)
