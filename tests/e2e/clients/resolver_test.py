"""Names are looked up as they are spelled: a search domain of the machine must not make a route's
host some other host."""

import json
import os
import socket
import subprocess
import threading
import unittest

from harness import ClientTest, Lab

SERVER = "127.0.0.77"  # nobody else's
NAT64_NAME = "ipv4only.arpa"  # what cork asks for on its own (RFC 7050)


class NameServer:
    """Says of every name that it does not exist, and remembers which it was asked for."""

    def __init__(self):
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self.socket.bind((SERVER, 53))
        except OSError as error:
            raise unittest.SkipTest(f"no name server can be started here: {error}") from error
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            question, client = self.socket.recvfrom(2048)
            if not question:
                return
            self.asked.append(self.name_in(question))
            # The same question, answered: NXDOMAIN, recursion available (RFC 1035, section 4.1.1).
            self.socket.sendto(question[:2] + b"\x81\x83" + question[4:6] + bytes(6)
                               + self.question_in(question), client)

    @staticmethod
    def name_in(message):
        labels, at = [], 12
        while length := message[at]:
            labels.append(message[at + 1:at + 1 + length].decode("ascii"))
            at += 1 + length
        return ".".join(labels)

    def question_in(self, message):
        return message[12:12 + len(self.name_in(message)) + 2 + 4]

    def stop(self):
        self.socket.sendto(b"", (SERVER, 53))
        self.thread.join(10)
        self.socket.close()


class SearchingLab(Lab):
    """cork on a machine whose resolver has search domains and asks for them first."""

    def within(self):
        file = self.folder / "resolv.conf"
        file.write_text(f"nameserver {SERVER}\nsearch corp.example lab.example\n"
                        "options ndots:15 timeout:2 attempts:1\n", encoding="utf-8")
        file.chmod(0o644)
        return ["unshare", "--mount", "sh", "-c",
                'mount --bind "$1" "$(realpath /etc/resolv.conf)" && shift && exec "$@"', "sh",
                str(file)]

    def _config(self, *arguments):
        return super()._config(*arguments) + "      - http://intranet\n      - http://a.intranet\n"


class ResolverTest(ClientTest):
    programs = ("unshare", "curl")

    @classmethod
    def make_lab(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can have a name server and a resolv.conf of its own")
        probe = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
        if probe.returncode:
            raise unittest.SkipTest("no mount namespace can be made here")
        cls.server = NameServer()
        return SearchingLab()

    @classmethod
    def tearDownClass(cls):
        super().tearDownClass()
        cls.server.stop()

    def test_lookups_are_absolute_with_no_search_domains(self):
        for host in ("intranet", "a.intranet"):
            self.server.asked.clear()
            done = self.run_program("curl", "-sS", "-x", self.lab.proxy, f"http://{host}/")
            self.assertIn("cannot resolve", json.loads(done.stdout)["detail"])
            self.assertEqual(set(self.server.asked) - {NAT64_NAME}, {host})
