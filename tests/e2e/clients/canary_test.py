"""Credentials through every door at once; then none of them stands in anything cork wrote.

Every client's tests end with the same search; this one makes sure that each kind of place, clean
exchanges and broken ones among them, has been through it, and that the search can find something.
"""

import base64
import json
import socket

import made_secrets
import raw
from harness import ClientTest


class CanaryTest(ClientTest):
    def tunnel(self, authority=None):
        return raw.Tunnel(self.lab, ("127.0.0.1", self.lab.proxy_port), authority)

    def ask(self, *pieces, method="POST", authority=None):
        with self.tunnel(authority) as tunnel:
            answer = tunnel.exchange(pieces, method)
        self.lab.refusals.append(bytes(answer.body) + str(answer.fields).encode())
        return answer

    def test_in_every_part_of_a_request(self):
        make = made_secrets.github_token
        lab = self.lab
        for pieces in (
                [raw.head_of(lab, f"Authorization: Bearer {make()}", "Content-Length: 0")],
                [raw.head_of(lab, f"{make()}: x", "Content-Length: 0")],
                [raw.head_of(lab, "Content-Length: 0", path=f"/echo/{make()}")],
                [raw.head_of(lab, "Content-Length: 0", path=f"/echo?{make()}={make()}")],
                [raw.head_of(lab, "Content-Length: 44"), b"abc " + make().encode()],
                [raw.head_of(lab, "Transfer-Encoding: chunked"),
                 *raw.chunked(b"a", trailers=[f"X: {make()}"])],
                [raw.head_of(lab, "Content-Length: 0", "Authorization: Basic "
                             + base64.b64encode(f"me:{make()}".encode()).decode())]):
            since = self.mark()
            answer = self.ask(*pieces)
            self.assertIn(answer.status, (400, 403), answer.body)
            self.assertEqual(self.mark(), since)

    def test_in_a_request_for_a_host_that_is_not_allowed(self):
        secret = made_secrets.github_token()
        answer = self.ask(f"GET /{secret}?a={secret} HTTP/1.1\r\nHost: files.example.net\r\n"
                          f"X-A: {secret}\r\n\r\n".encode(), authority="files.example.net:443",
                          method="GET")
        self.assertEqual(json.loads(answer.body)["reason"], "host_not_allowed")

    def test_in_heads_that_are_no_http(self):
        secret = made_secrets.github_token()
        for head in (f"GET /a {secret} HTTP/1.1\r\n\r\n", f"{secret}\r\n\r\n",
                     f"GET / HTTP/1.1\r\nHost: localhost\r\nA {secret}: b\r\n\r\n",
                     f"GET / HTTP/1.1\r\nHost: {secret}\r\n\r\n"):
            self.assertIn(self.ask(head.encode(), method="GET").status, (400, 403))

    def test_in_a_connect_and_in_bytes_that_are_no_connect(self):
        secret = made_secrets.github_token()
        for sent in (f"CONNECT {secret}.example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n",
                     f"CONNECT me:{secret}@localhost:443 HTTP/1.1\r\n\r\n",
                     f"CONNECT a.example:443 HTTP/1.1\r\nProxy-Authorization: {secret}\r\n\r\n",
                     f"GET http://localhost/{secret} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                     f"\x16\x03\x01{secret}"):
            with socket.create_connection(("127.0.0.1", self.lab.proxy_port), timeout=60) as sock:
                sock.sendall(sent.encode("latin-1"))
                sock.shutdown(socket.SHUT_WR)
                try:
                    while piece := sock.recv(65536):
                        self.lab.refusals.append(piece)
                except ConnectionResetError:
                    pass  # the tunnel's 200, and then no TLS: cork tears it down

    def test_in_a_server_name(self):
        secret = made_secrets.github_token()
        try:
            with raw.Tunnel(self.lab, ("127.0.0.1", self.lab.proxy_port), f"{secret}.example:443"):
                pass
        except OSError as refused:
            self.lab.refusals.append(str(refused).encode())

    def test_the_search_finds_what_is_there(self):
        secret = made_secrets.github_token()
        found = list(made_secrets.spellings(secret))
        self.assertIn(secret.encode(), found)
        self.assertIn(base64.b64encode(secret.encode()).rstrip(b"="), found)
        self.assertIn(secret.encode().hex().encode(), found)
        word = b"a-word-that-nothing-else-says"
        answer = self.ask(raw.head_of(self.lab, f"Content-Length: {len(word)}"), word)
        self.assertEqual(answer.status, 200)
        self.assertTrue(self.lab.origin.received(word))
        self.assertFalse(self.lab.origin.received(word.upper()))
        names = [name for name, _ in self.outputs_now()]
        self.assertEqual(names, ["metrics", "refusals", "stdout", "stderr", "audit.jsonl"])
        self.assertIn(b'"reason"', dict(self.outputs_now())["audit.jsonl"])

    def outputs_now(self):
        (self.lab.folder / "metrics").write_text(self.lab.cork.metrics(), encoding="utf-8")
        return self.lab.outputs()
