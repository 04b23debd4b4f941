"""A bottle that floods the audit log: its denials are counted, every id it was shown is found, and
on a disk that is nearly full it is refused alone."""

import http.client
import json
import os
import ssl
import signal
import subprocess
import time
import unittest

import made_secrets
from harness import ClientTest, Lab, free_port

MIB = 1 << 20
KIB = 1 << 10


class Agent:
    """A connection through cork that is kept, and made anew where cork ends it."""

    def __init__(self, lab, port, host, origin_port):
        self.trusting = ssl.create_default_context(cafile=str(lab.ca))
        self.place = (port, host, origin_port)
        self.connection = None

    def get(self, path, **fields):
        """(status, body)."""
        port, host, origin_port = self.place
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30,
                                                          context=self.trusting)
            self.connection.set_tunnel(host, origin_port)
        self.connection.request("GET", path, headers=fields)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.will_close:
            self.close()
        return answer.status, body

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class FoldedTest(ClientTest):
    def test_repeated_denials_are_counted_in_one_record_and_each_id_is_found(self):
        lab, count = self.lab, 2000
        agent = Agent(lab, lab.proxy_port, "files.example.net", 443)
        ids = []
        for number in range(count):
            status, body = agent.get(f"/{number}")
            self.assertEqual(status, 403)
            ids.append(json.loads(body)["id"])
        agent.close()
        records = lab.records()
        self.assertLess(len(records), count / 10)
        self.assertEqual(set(ids) - {record["id"] for record in records}, set())
        for identifier in (ids[0], ids[-1]):
            self.assert_in_audit(identifier, "host_not_allowed")
        series = ('cork_exchanges_total{bottle="dev",decision="deny",reason="host_not_allowed"} '
                  f"{count}")
        self.assertIn(series, lab.cork.metrics())

        (lab.folder / "metrics").write_text(lab.cork.metrics(), encoding="utf-8")
        lab.cork.process.terminate()
        lab.cork.process.wait(timeout=60)
        records = lab.records()
        counted = sum(r["repeated"]["count"] for r in records if r["event"] == "repeated")
        alone = sum(1 for r in records if r["event"] == "refused" and "repeated" not in r)
        self.assertEqual(counted + alone, count)
        listed = lab.command("audit", "ls", "--reason", "host_not_allowed")
        self.assertIn("×", listed.stdout)
        self.assertLess(len(listed.stdout.splitlines()), count / 10)


class SharedDiskLab(Lab):
    """Two bottles, and the log on a file system of its own of 16 MiB, of which 2 MiB are kept."""

    def _config(self, *arguments):
        self.quiet_port = free_port()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", self.disk],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode:
            raise unittest.SkipTest(f"no file system can be mounted here: {mounted.stderr.strip()}")
        self.audit = self.disk / "audit.jsonl"
        (self.disk / "filler").write_bytes(b"x" * (15 * MIB))
        text = super()._config(*arguments)
        routes = text[text.index("    allow:"):]
        return f'{text}  quiet:\n    listen: "127.0.0.1:{self.quiet_port}"\n{routes}'

    def close(self):
        try:
            return super().close()
        finally:
            subprocess.run(["umount", self.disk], capture_output=True, check=False)


class SharedDiskTest(ClientTest):
    @classmethod
    def make_lab(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can mount a file system")
        return SharedDiskLab()

    def test_exhausting_its_share_of_the_disk_refuses_that_bottle_alone(self):
        lab = self.lab
        self.assertIn("cork_audit_short_of_room 1", lab.cork.metrics())
        flooding = Agent(lab, lab.proxy_port, lab.host, lab.origin.port)
        quiet = Agent(lab, lab.quiet_port, lab.host, lab.origin.port)
        # What holds a secret is never counted together: the quickest way to fill the log.
        secret, refusals, served = made_secrets.github_token(), [], 0
        for number in range(3000):
            status, body = flooding.get("/sink", **{"X-Note": secret})
            self.assertEqual(status, 403)
            refusals.append(json.loads(body))
            if number % 20 == 0:
                self.assertEqual(quiet.get(f"/sink/quiet/{number}")[0], 200)
                served += 1
            if refusals[-1]["reason"] == "bottle_limit":
                break
        self.assertEqual(refusals[-1]["reason"], "bottle_limit")
        self.assertIn("bottle 'dev' has used its share", refusals[-1]["detail"])
        self.assertGreater(len(refusals), 300)
        size = lab.audit.stat().st_size
        since = len(lab.origin.exchanges)
        for number in range(1000):
            self.assertEqual(flooding.get(f"/sink/{number}")[0], 403)
        self.assertEqual(len(lab.origin.exchanges), since)
        self.assertLess(lab.audit.stat().st_size, size + 16 * KIB)
        for number in range(100):
            self.assertEqual(quiet.get(f"/sink/after/{number}")[0], 200)
        flooding.close()
        quiet.close()
        known = {record["id"] for record in lab.records()}
        self.assertEqual({refusal["id"] for refusal in refusals} - known, set())

        (lab.disk / "filler").unlink()
        lab.cork.process.send_signal(signal.SIGHUP)  # the log is reopened, and its disk looked at
        again = Agent(lab, lab.proxy_port, lab.host, lab.origin.port)
        for _ in range(100):
            status, _ = again.get("/sink/again")
            if status == 200:
                break
            time.sleep(0.1)
        self.assertEqual(status, 200)
        again.close()


if __name__ == "__main__":
    unittest.main()
