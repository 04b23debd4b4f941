"""Python's requests: sessions, and uploads whose refusal comes while they are being sent."""

import json
import os
import threading
import unittest

import made_secrets
from harness import ClientTest

try:
    import requests
except ImportError as absent:
    raise unittest.SkipTest("no Python module requests here") from absent

MIB = 1 << 20


read_first = threading.Event()


def gated(conversation, _exchange):
    """Sends its second line only when the client has read the first."""
    conversation.start_chunked([("Content-Type", "text/event-stream")])
    conversation.chunk(b"first\n")
    if not read_first.wait(timeout=30):
        return False
    conversation.chunk(b"second\n")
    conversation.end_chunked()
    return True


class RequestsTest(ClientTest):
    handlers = {"/gated": gated}

    def setUp(self):
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.proxies = {"http": self.lab.proxy, "https": self.lab.proxy}
        self.session.verify = str(self.lab.ca)
        self.addCleanup(self.session.close)

    def assert_leak(self, answer, secret, since):
        self.assertEqual(answer.status_code, 403, answer.text)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assert_refused(answer.text, "leak", answer.headers["Cork-Decision"])
        self.assert_nothing_leaked(secret, since)

    def test_an_allowed_host_is_reached_again_and_again(self):
        for number in range(5):
            answer = self.session.post(self.lab.url("/echo"), json={"number": number})
            self.assertEqual((answer.status_code, answer.json()), (200, {"number": number}))

    def test_a_host_that_no_route_names_is_refused(self):
        answer = self.session.get("https://files.example.net/a")
        self.assertEqual(answer.status_code, 403)
        self.assert_refused(answer.text, "host_not_allowed", answer.headers["Cork-Decision"])

    def test_a_session_goes_on_after_a_refusal(self):
        secret, since = made_secrets.github_token(), self.mark()
        answer = self.session.post(self.lab.url("/echo"), json={"a": secret})
        self.assert_leak(answer, secret, since)
        self.assertEqual(self.session.get(self.lab.url("/sink")).status_code, 200)

    def test_leaks_are_refused(self):
        secret = made_secrets.anthropic_key()
        for name, extra in {"header": {"headers": {"X-Api-Key": secret}},
                            "query": {"params": {"key": secret}},
                            "form": {"data": {"note": f"it is {secret}"}},
                            "file": {"files": {"f": ("notes.txt", f"a\n{secret}\n")}}}.items():
            with self.subTest(name):
                since = self.mark()
                answer = self.session.post(self.lab.url("/echo"), **extra)
                self.assert_leak(answer, secret, since)

    def test_a_leak_ten_megabytes_into_three_hundred_shows_the_refusal(self):
        block = (b"nothing to see here, " * 50_000)[:MIB]

        def pieces(secret):
            for number in range(300):
                yield block
                if number == 9:
                    yield secret.encode()

        with self.subTest("chunked"):
            # Before 2.29 requests forgets the proxy's tunnel for a chunked body on a new connection.
            self.session.get(self.lab.url("/sink"))
            secret, since = made_secrets.github_token(), self.mark()
            answer = self.session.post(self.lab.url("/echo"), data=pieces(secret))
            self.assert_leak(answer, secret, since)
        with self.subTest("length"):
            secret, since = made_secrets.github_token(), self.mark()
            upload = self.lab.folder / "upload"
            with open(upload, "wb") as out:
                out.writelines(pieces(secret))
            with open(upload, "rb") as body:
                answer = self.session.post(self.lab.url("/echo"), data=body)
            self.assert_leak(answer, secret, since)
            os.unlink(upload)

    def test_events_arrive_as_they_are_sent(self):
        with self.session.get(self.lab.url("/gated"), stream=True, timeout=20) as answer:
            lines = answer.iter_lines(chunk_size=1)
            self.assertEqual(next(lines), b"first")
            read_first.set()
            self.assertEqual(list(lines), [b"second"])

    def test_the_refusal_is_one_short_json_document(self):
        answer = self.session.get("https://files.example.net/a")
        self.lab.refusals.append(answer.content)
        self.assertLess(len(answer.content), 2048)
        self.assertEqual(json.loads(answer.content)["status"], 403)
