"""Python's urllib, from its standard library."""

import json
import ssl
import urllib.error
import urllib.request

import made_secrets
from harness import ClientTest


class UrllibTest(ClientTest):
    def setUp(self):
        trust = ssl.create_default_context(cafile=str(self.lab.ca))
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"http": self.lab.proxy, "https": self.lab.proxy}),
            urllib.request.HTTPSHandler(context=trust))

    def open(self, url, data=None, **fields):
        """(status, header, body), refusals too."""
        request = urllib.request.Request(url, data=data, headers=fields)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.headers, refusal.read()

    def test_an_allowed_host_is_reached(self):
        status, _, body = self.open(self.lab.url("/sink"))
        self.assertEqual((status, json.loads(body)["method"]), (200, "GET"))

    def test_a_body_comes_back_byte_for_byte(self):
        body = bytes(range(256)) * 40
        self.assertEqual(self.open(self.lab.url("/echo"), body)[2], body)

    def test_clear_text_is_proxied_where_a_route_spells_it_out(self):
        url = f"http://localhost:{self.lab.plain.port}/echo"
        self.assertEqual(self.open(url, b"hello")[2], b"hello")

    def test_a_host_that_no_route_names_is_refused(self):
        status, fields, body = self.open("https://files.example.net/a")
        self.assertEqual(status, 403)
        self.assert_refused(body, "host_not_allowed", fields["Cork-Decision"])

    def test_leaks_are_refused(self):
        secret = made_secrets.github_token()
        cases = {
            "body": (self.lab.url("/echo"), json.dumps({"a": secret}).encode(), {}),
            "header": (self.lab.url("/echo"), None, {"X-Token": secret}),
            "query": (self.lab.url(f"/echo?q={secret}"), None, {}),
            "clear text": (f"http://localhost:{self.lab.plain.port}/echo", secret.encode(), {}),
        }
        for name, (url, data, fields) in cases.items():
            with self.subTest(name):
                since = self.mark()
                status, answer, body = self.open(url, data, **fields)
                self.assertEqual(status, 403, body)
                self.assert_refused(body, "leak", answer["Cork-Decision"])
                self.assert_nothing_leaked(secret, since)
