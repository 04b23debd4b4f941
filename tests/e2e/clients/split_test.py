"""A credential cut at every byte across writes, in every part of a request, and a sender that stops
in the middle of one."""

import json
import random

import made_secrets
import raw
from harness import ClientTest


class SplitTest(ClientTest):
    def tunnel(self):
        return raw.Tunnel(self.lab, ("127.0.0.1", self.lab.proxy_port))

    def assert_every_cut_is_refused(self, secret, pieces_at):
        """`pieces_at(cut)`: the request's writes with the credential in two pieces."""
        since = self.mark()
        for cut in range(1, len(secret)):
            with self.subTest(cut=cut), self.tunnel() as tunnel:
                answer = tunnel.exchange(pieces_at(cut))
                self.assertEqual(answer.status, 403, answer.body)
                self.lab.refusals.append(answer.body)
                self.assertEqual(json.loads(answer.body)["reason"], "leak")
        self.assert_nothing_leaked(secret, since)

    def test_in_a_json_body_of_two_kilobytes(self):
        secret = made_secrets.github_token()
        generator = random.Random(7)

        def pieces(cut):
            at = generator.randrange(0, 1900)
            body = json.dumps({"a": "x" * at + " " + secret + " " + "y" * (1900 - at)}).encode()
            split = body.index(secret.encode()) + cut
            head = raw.head_of(self.lab, f"Content-Length: {len(body)}",
                               "Content-Type: application/json")
            return [head, body[:split], body[split:]]

        self.assert_every_cut_is_refused(secret, pieces)

    def test_in_a_chunked_body_with_a_chunk_border_inside_the_credential(self):
        secret = made_secrets.anthropic_key()
        whole = secret.encode()

        def pieces(cut):
            before = b"some words before it " * 4000
            head = raw.head_of(self.lab, "Transfer-Encoding: chunked")
            return [head, *raw.chunked(before + whole[:cut], whole[cut:] + b" and after it")]

        self.assert_every_cut_is_refused(secret, pieces)

    def test_in_a_header(self):
        secret = made_secrets.gitlab_token()

        def pieces(cut):
            head = raw.head_of(self.lab, f"X-Note: {secret}", "Content-Length: 2")
            split = head.index(secret.encode()) + cut
            return [head[:split], head[split:] + b"ok"]

        self.assert_every_cut_is_refused(secret, pieces)

    def test_in_the_query(self):
        secret = made_secrets.github_token()

        def pieces(cut):
            head = raw.head_of(self.lab, "Content-Length: 2", path=f"/echo?a=b&c={secret}")
            split = head.index(secret.encode()) + cut
            return [head[:split], head[split:] + b"ok"]

        self.assert_every_cut_is_refused(secret, pieces)

    def test_in_a_trailer(self):
        secret = made_secrets.github_token()

        def pieces(cut):
            head = raw.head_of(self.lab, "Transfer-Encoding: chunked", "Trailer: X-Note")
            body = b"".join(raw.chunked(b"small", trailers=[f"X-Note: {secret}"]))
            split = body.index(secret.encode()) + cut
            return [head, body[:split], body[split:]]

        self.assert_every_cut_is_refused(secret, pieces)

    def test_the_same_bodies_without_it_pass(self):
        with self.tunnel() as tunnel:
            for size in (0, 1, 2048, 65536, 300_000):
                body = b"w" * size
                head = raw.head_of(self.lab, f"Content-Length: {size}")
                self.assertEqual(tunnel.exchange([head, body]).body, body)
                head = raw.head_of(self.lab, "Transfer-Encoding: chunked")
                pieces = [head, *raw.chunked(body[:7], body[7:])]
                self.assertEqual(tunnel.exchange(pieces).body, body)

    def test_a_sender_that_stops_inside_a_credential_sends_nothing_of_it(self):
        secret = made_secrets.github_token()
        since = self.mark()
        with self.tunnel() as tunnel:
            tunnel.send(raw.head_of(self.lab, "Transfer-Encoding: chunked"),
                        b"%x\r\n%s\r\n" % (200_000, b"a word " * 28571 + b"abc"),
                        b"%x\r\n%s" % (39, secret[:39].encode()))
            # Nobody writes on: cork answers at its deadline for an idle body.
            answer = tunnel.answer()
        self.assertIn(answer.status, (403, 504), answer.body)
        self.lab.refusals.append(answer.body)
        self.assert_nothing_leaked(secret, since)
