"""What every HTTP client must show through cork, whatever it is written in.

A client is a program that reads lines of METHOD, URL and BODY (separated by tabs) and writes a line
for each: status, Cork-Decision, length, SHA-256 and beginning of the answer's body. BODY is text, or
`@MIB,AT,TEXT`: so many MiB of filler, streamed, with TEXT after AT of them. Status 0 is an error,
and the text the client gave for it stands for the body. See clients/programs/.

    class AiohttpTest(Matrix, EnvironmentTest):
        def command(self):
            return [self.python, PROGRAMS / "python_client.py", "aiohttp"]
"""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import made_secrets
from harness import Setting

PROGRAMS = Path(__file__).resolve().parent / "clients" / "programs"
MIB = 1 << 20
LARGE = 20 * MIB


@dataclass
class Answer:
    status: int
    decision: str
    length: int
    sha256: str
    body: str


def large_body():
    """What the origin answers at /large."""
    return (bytes(range(256)) * (LARGE // 256))[:LARGE]


class Matrix:
    """The tests; `command()` says how to run the client."""

    most_connections = 1  # that it opens for five requests, one after the other

    def send(self, *requests):
        lines = "".join("\t".join((*request, "", "")[:3]) + "\n" for request in requests)
        done = self.run_client(*self.command(), stdin=lines.encode(), timeout=600)
        answers = []
        for line in done.stdout.decode().splitlines():
            status, decision, length, sha256, body = line.split("\t")
            answers.append(Answer(int(status), decision, int(length), sha256,
                                  base64.b64decode(body).decode(errors="replace")))
        self.assertEqual(len(answers), len(requests), done.said[-3000:])
        return answers

    def assert_leak(self, answer, secret, since):
        self.assertEqual(answer.status, 403, answer)
        self.assert_refused(answer.body, "leak", answer.decision)
        self.assert_nothing_leaked(secret, since)

    def command(self):
        raise NotImplementedError

    def test_an_allowed_host_is_reached_with_what_cork_env_prints_alone(self):
        get, post = self.send(("GET", self.lab.url("/sink")),
                              ("POST", self.lab.url("/echo"), "a quiet word"))
        self.assertEqual((get.status, get.decision), (200, ""), get)
        self.assertEqual((post.status, post.body), (200, "a quiet word"))

    def test_clear_text_goes_through_cork_too(self):
        [answer] = self.send(("GET", f"http://{self.lab.host}:{self.lab.plain.port}/sink"))
        self.assertEqual(answer.status, 200, answer)

    def test_connections_are_used_again(self):
        since = self.mark()
        answers = self.send(*[("GET", self.lab.url("/sink"))] * 5)
        self.assertEqual([answer.status for answer in answers], [200] * 5, answers)
        connections = {e.connection for e in self.lab.origin.exchanges[since:]}
        self.assertLessEqual(len(connections), self.most_connections)

    def test_answers_arrive_whole_however_they_are_framed(self):
        large, chunked, closed, trailers, nothing = self.send(
            ("GET", self.lab.url(f"/large?bytes={LARGE}")), ("GET", self.lab.url("/chunked")),
            ("GET", self.lab.url("/close-delimited")), ("GET", self.lab.url("/trailers")),
            ("GET", self.lab.url("/status/204")))
        self.assertEqual((large.length, large.sha256),
                         (LARGE, hashlib.sha256(large_body()).hexdigest()))
        self.assertEqual(chunked.body, "chunk 0\nchunk 1\nchunk 2\n")
        self.assertEqual(closed.body, "until the end\n")
        self.assertEqual(trailers.body, "body\n")
        self.assertEqual((nothing.status, nothing.length), (204, 0))

    def test_a_truncated_answer_is_an_error(self):
        [answer] = self.send(("GET", self.lab.url("/truncate")))
        self.assertEqual(answer.status, 0, answer)

    def test_a_host_that_no_route_names_is_refused_in_words(self):
        [answer] = self.send(("GET", self.forbidden("/a")))
        self.assertEqual(answer.status, 403, answer)
        refusal = self.assert_refused(answer.body, "host_not_allowed", answer.decision)
        self.assertIn("files.example.net", refusal["detail"])

    def test_a_method_that_the_route_leaves_out_is_refused_in_words(self):
        [answer] = self.send(("POST", self.lab.url("/sink", self.lab.other), "x=1"))
        self.assertEqual(answer.status, 403, answer)
        self.assert_refused(answer.body, "method_not_allowed", answer.decision)

    def test_a_leak_is_refused_in_words(self):
        secret, since = made_secrets.github_token(), self.mark()
        [leak] = self.send(("POST", self.lab.url("/echo"), f"a note: {secret}"))
        self.assert_leak(leak, secret, since)
        secret, since = made_secrets.github_token(), self.mark()
        [leak] = self.send(("GET", self.lab.url(f"/echo?note={secret}")))
        self.assert_leak(leak, secret, since)

    def test_a_leak_late_in_a_long_upload_is_refused_in_words(self):
        mib = 24 if Setting.sanitized else 300
        secret, since = made_secrets.github_token(), self.mark()
        [leak] = self.send(("POST", self.lab.url("/echo"), f"@{mib},10,{secret}"))
        self.assert_leak(leak, secret, since)

    def test_a_long_clean_upload_arrives(self):
        mib = 12 if Setting.sanitized else 100
        [answer] = self.send(("POST", self.lab.url("/sink"), f"@{mib},3,nothing"))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.lab.origin.exchanges[-1].body_bytes, mib * MIB + len("nothing"))


class FetchMatrix(Matrix):
    """For JavaScript's fetch, which may give a body away before its connection is free again."""

    most_connections = 4
