"""Node's https client, through an agent that opens a tunnel for each connection."""

import json
from pathlib import Path

import made_secrets
from harness import ClientTest

SCRIPT = Path(__file__).with_name("node_client.mjs")


class NodeTest(ClientTest):
    """undici_test.py runs the same tests with another client."""

    programs = ("node",)
    client = "https"

    def send(self, *requests):
        done = self.run_program(
            "node", str(SCRIPT), self.client, self.lab.proxy, stdin=json.dumps(requests).encode(),
            NODE_EXTRA_CA_CERTS=str(self.lab.ca))
        return json.loads(done.stdout)

    def assert_leak(self, answer, secret, since):
        self.assertEqual(answer.get("status"), 403, answer)
        self.assert_refused(answer["body"], "leak", answer["headers"]["cork-decision"])
        self.assert_nothing_leaked(secret, since)

    def test_an_allowed_host_is_reached(self):
        post = {"url": self.lab.url("/echo"), "method": "POST", "body": '{"hello": "world"}'}
        answers = self.send({"url": self.lab.url("/sink")}, post, post)
        self.assertEqual([a.get("status") for a in answers], [200, 200, 200], answers)
        self.assertEqual(answers[2]["body"], '{"hello": "world"}')

    def test_a_host_that_no_route_names_is_refused(self):
        [answer] = self.send({"url": "https://files.example.net/a"})
        self.assertEqual(answer.get("status"), 403, answer)
        self.assert_refused(answer["body"], "host_not_allowed", answer["headers"]["cork-decision"])

    def test_leaks_are_refused(self):
        secret = made_secrets.github_token()
        requests = {
            "body": {"url": self.lab.url("/echo"), "method": "POST",
                     "body": json.dumps({"a": ["b", secret]})},
            "header": {"url": self.lab.url("/echo"), "headers": {"x-note": secret}},
            "query": {"url": self.lab.url(f"/echo?a={secret}")},
        }
        for name, request in requests.items():
            with self.subTest(name):
                since = self.mark()
                [answer] = self.send(request)
                self.assert_leak(answer, secret, since)

    def test_a_leak_ten_megabytes_into_three_hundred_shows_the_refusal(self):
        secret, since = made_secrets.github_token(), self.mark()
        [answer] = self.send({"url": self.lab.url("/echo"), "method": "POST",
                              "upload": {"mib": 300, "secret": secret, "at_mib": 10}})
        self.assert_leak(answer, secret, since)
