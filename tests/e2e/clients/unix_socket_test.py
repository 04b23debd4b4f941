"""A bottle whose door is a unix socket."""

import json
import os
import tempfile

import made_secrets
import raw
from harness import ClientTest


class UnixSocketTest(ClientTest):
    @classmethod
    def setUpClass(cls):
        cls.run_dir = tempfile.TemporaryDirectory(prefix="cork-e2e-")
        cls.addClassCleanup(cls.run_dir.cleanup)
        cls.path = os.path.join(cls.run_dir.name, "dev.sock")
        cls.listen = f"unix:{cls.path}"
        super().setUpClass()

    def test_an_allowed_host_is_reached(self):
        with raw.Tunnel(self.lab, self.path) as tunnel:
            answer = tunnel.exchange([raw.head_of(self.lab, "Content-Length: 5"), b"hello"])
        self.assertEqual((answer.status, answer.body), (200, b"hello"))

    def test_a_leak_is_refused(self):
        secret, since = made_secrets.github_token(), self.mark()
        with raw.Tunnel(self.lab, self.path) as tunnel:
            head = raw.head_of(self.lab, f"Content-Length: {len(secret)}")
            answer = tunnel.exchange([head, secret.encode()])
        self.assertEqual(answer.status, 403)
        self.assert_refused(answer.body, "leak", answer.fields["Cork-Decision"])
        self.assert_nothing_leaked(secret, since)

    def test_the_record_names_the_client_by_its_user(self):
        with raw.Tunnel(self.lab, self.path, "files.example.net:443") as tunnel:
            head = b"GET / HTTP/1.1\r\nHost: files.example.net\r\n\r\n"
            answer = tunnel.exchange([head], method="GET")
        self.assertEqual(json.loads(answer.body)["reason"], "host_not_allowed")
        client = self.lab.last_refused()["client"]
        self.assertTrue(client.startswith(f"unix:uid={os.getuid()}"), client)
