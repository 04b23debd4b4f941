"""curl: what is allowed arrives unchanged, what is not is explained, a leak goes nowhere."""

import gzip
import hashlib
import json
import random
import subprocess

import made_secrets
from harness import ClientTest, Setting

MIB = 1 << 20


def filler(size):
    """Text that no rule knows: lower case words of a fixed seed."""
    words = "the quick brown fox jumps over a lazy dog while nobody is watching it at all".split()
    generator = random.Random(size)
    line = " ".join(generator.choices(words, k=12)) + "\n"
    return (line * (size // len(line) + 1))[:size].encode()


class CurlTest(ClientTest):
    programs = ("curl", "zstd", "brotli")

    def curl(self, *arguments, **options):
        """(status, header, body) of a request through cork."""
        head = self.lab.folder / "head"
        done = self.run_program(
            "curl", "-sS", "--proxy", self.lab.proxy, "--cacert", str(self.lab.ca),
            "-D", str(head), "-w", "%{stderr}%{http_code}", *arguments, **options)
        fields = dict(line.split(": ", 1) for line in head.read_text().splitlines() if ": " in line)
        return int(done.stderr[-3:]), {k.lower(): v for k, v in fields.items()}, done.stdout

    def post(self, body, *arguments, path="/echo"):
        return self.curl("--data-binary", "@-", *arguments, self.lab.url(path), stdin=body)

    def assert_leak_refused(self, secret, *arguments, stdin=b"", timeout=300):
        since = self.mark()
        status, fields, body = self.curl(*arguments, stdin=stdin, timeout=timeout)
        self.assertEqual(status, 403, body)
        self.assertEqual(fields["content-type"], "application/problem+json")
        refusal = self.assert_refused(body, "leak", fields["cork-decision"])
        self.assert_nothing_leaked(secret, since)
        return refusal

    # What is allowed.

    def test_an_allowed_host_is_reached(self):
        status, _, body = self.curl(self.lab.url("/sink"))
        self.assertEqual((status, json.loads(body)["method"]), (200, "GET"))

    def test_without_corks_ca_the_certificate_is_not_trusted(self):
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(self.lab.origin_ca), self.lab.url(), check=False)
        self.assertEqual(done.returncode, 60, done.stderr)

    def test_clear_text_is_proxied_where_a_route_spells_it_out(self):
        status, _, body = self.curl(f"http://localhost:{self.lab.plain.port}/sink")
        self.assertEqual((status, json.loads(body)["target"]), (200, "/sink"))

    def test_a_json_body_comes_back_byte_for_byte(self):
        body = json.dumps({"messages": [{"content": filler(2000).decode()}]}).encode()
        status, _, answer = self.post(body, "-H", "Content-Type: application/json")
        self.assertEqual(status, 200)
        self.assertEqual(answer, body)

    def test_compressed_bodies_pass_unchanged(self):
        text = filler(200_000)
        for coding, body in self.compressed(text):
            with self.subTest(coding=coding):
                status, _, answer = self.post(body, "-H", f"Content-Encoding: {coding}")
                self.assertEqual(status, 200, answer[:500])
                self.assertEqual(answer, body)

    def test_chunked_uploads_pass(self):
        body = filler(4 * MIB)
        status, _, answer = self.curl("-T", "-", self.lab.url("/sink"), stdin=body)
        said = json.loads(answer)
        self.assertEqual((status, said["sha256"]), (200, hashlib.sha256(body).hexdigest()))

    def test_every_kind_of_answer_is_relayed(self):
        for path, expected in [("/chunked?count=3", b"chunk 0\nchunk 1\nchunk 2\n"),
                               ("/close-delimited", b"until the end\n"),
                               ("/trailers", b"body\n"),
                               ("/sse?count=2&ms=1", b"data: event 0\n\ndata: event 1\n\n"),
                               ("/early", b"early\n"), ("/status/204", b""), ("/status/304", b"")]:
            with self.subTest(path=path):
                self.assertEqual(self.curl(self.lab.url(path))[2], expected)

    def test_a_large_answer_arrives_whole(self):
        _, _, body = self.curl(self.lab.url(f"/large?bytes={20 * MIB}"))
        self.assertEqual(len(body), 20 * MIB)

    def test_a_truncated_answer_is_an_error_to_the_client(self):
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(self.lab.ca), self.lab.url("/truncate"), check=False)
        self.assertIn(done.returncode, (18, 56), done.stderr)

    def test_head_has_no_body(self):
        status, fields, body = self.curl("-I", self.lab.url("/echo"))
        self.assertEqual((status, fields["content-length"]), (200, "0"))
        self.assertTrue(body.startswith(b"HTTP/1.1 200"))

    def test_one_connection_serves_many_requests(self):
        since = self.mark()
        self.curl(*[self.lab.url("/sink")] * 5)
        self.assertEqual(len(self.lab.origin.exchanges) - since, 5)
        self.assertEqual(len({e.connection for e in self.lab.origin.exchanges[since:]}), 1)

    # What is not.

    def test_a_host_that_no_route_names_is_refused_inside_tls(self):
        status, fields, body = self.curl("https://files.example.net/")
        self.assertEqual(status, 403)
        refusal = self.assert_refused(body, "host_not_allowed", fields["cork-decision"])
        self.assertIn("files.example.net", refusal["detail"])
        self.assertIn("files.example.net", refusal["operator_can"])

    def test_a_method_that_the_route_leaves_out_is_refused(self):
        url = self.lab.url("/sink", self.lab.other)
        self.assertEqual(self.curl(url)[0], 200)
        status, fields, body = self.curl("-d", "x=1", url)
        self.assertEqual(status, 403)
        self.assert_refused(body, "method_not_allowed", fields["cork-decision"])
        self.assertEqual([e.method for e in self.lab.other.exchanges], ["GET"])

    def test_corks_own_metrics_are_out_of_reach(self):
        port = self.lab.cork.metrics_port
        for place in ("http://127.0.0.1", "https://127.0.0.1", "http://[::1]", "http://localhost"):
            with self.subTest(place):
                status, _, _ = self.curl(f"{place}:{port}/metrics", "-g")
                self.assertEqual(status, 403)

    # Leaks.

    def test_a_credential_in_the_head_is_refused(self):
        for place in ("header", "query", "path", "cookie"):
            secret = made_secrets.github_token()
            arguments = {"header": ["-H", f"X-Note: see {secret} there", self.lab.url()],
                         "query": [self.lab.url(f"/sink?q={secret}&x=1")],
                         "path": [self.lab.url(f"/notes/{secret}")],
                         "cookie": ["-b", f"session={secret}", self.lab.url()]}[place]
            with self.subTest(place=place):
                self.assert_leak_refused(secret, *arguments)

    def test_a_credential_in_a_json_body_is_refused_and_located(self):
        for make in (made_secrets.github_token, made_secrets.anthropic_key,
                     made_secrets.gitlab_token):
            secret = make()
            body = json.dumps({"messages": [{"content": "x" * 1500 + " " + secret}]}).encode()
            with self.subTest(make=make.__name__):
                refusal = self.assert_leak_refused(
                    secret, "-H", "Content-Type: application/json", "--data-binary", "@-",
                    self.lab.url("/echo"), stdin=body)
                self.assertIn("body", refusal["where"])

    def test_a_private_key_in_a_body_is_refused(self):
        secret = made_secrets.private_key()
        self.assert_leak_refused(secret, "--data-binary", "@-", self.lab.url("/echo"),
                                 stdin=filler(1000) + secret.encode())

    def test_a_credential_in_a_compressed_body_is_refused(self):
        for coding in ("gzip", "zstd", "br"):
            secret = made_secrets.github_token()
            text = filler(100_000) + secret.encode() + filler(5_000)
            with self.subTest(coding=coding):
                body = dict(self.compressed(text))[coding]
                self.assert_leak_refused(secret, "-H", f"Content-Encoding: {coding}",
                                         "--data-binary", "@-", self.lab.url("/echo"), stdin=body)

    def test_a_credential_in_a_form_is_refused(self):
        secret = made_secrets.github_token()
        # Every character percent-encoded.
        spelled = "".join(f"%{ord(c):02x}" for c in secret)
        self.assert_leak_refused(secret, "-d", f"a=1&note={spelled}", self.lab.url("/echo"))

    def test_a_host_name_that_holds_a_credential_is_refused_before_dns(self):
        secret = made_secrets.github_token()
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(self.lab.ca), f"https://{secret}.example.com/", check=False)
        self.assertNotIn(b"200", done.stdout[:20])
        self.lab.refusals.append(done.stdout)
        self.assertEqual(self.lab.last_refused()["reason"], "leak")

    def test_a_leak_ten_megabytes_into_three_hundred_shows_the_refusal(self):
        for expect in ("Expect: 100-continue", "Expect:"):
            for framing in ("chunked", "length"):
                secret = made_secrets.github_token()
                upload = self.lab.folder / "upload"
                upload.write_bytes(filler(10 * MIB) + secret.encode() + filler(290 * MIB))
                source = ["-T", "-"] if framing == "chunked" else ["-T", str(upload)]
                stdin = upload.read_bytes() if framing == "chunked" else b""
                with self.subTest(expect=expect, framing=framing):
                    self.assert_leak_refused(secret, *source, "-H", expect,
                                             self.lab.url("/echo"), stdin=stdin)
                upload.unlink()

    def test_a_long_clean_upload_passes_in_little_memory(self):
        size = (100 if Setting.sanitized else 300) * MIB
        body = filler(size)
        idle = self.lab.cork.memory_kib("VmRSS")
        status, _, answer = self.curl("-T", "-", self.lab.url("/sink"), stdin=body)
        self.assertEqual((status, json.loads(answer)["sha256"]),
                         (200, hashlib.sha256(body).hexdigest()))
        if not Setting.sanitized:
            self.assertLess(self.lab.cork.memory_kib("VmHWM") - idle, 64 * 1024)

    @staticmethod
    def compressed(text):
        yield "gzip", gzip.compress(text)
        for coding, command in (("zstd", "zstd"), ("br", "brotli")):
            done = subprocess.run([command, "-c", "-"], input=text, capture_output=True, check=True)
            yield coding, done.stdout
