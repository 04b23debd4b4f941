"""Two thousand abusive agents in one bottle, and an honest one in another: memory stays bounded,
and the honest one is served all the while."""

import asyncio
import gzip
import logging
import multiprocessing
import random
import resource
import ssl
import time
import unittest
import urllib.request
from dataclasses import dataclass

from harness import ClientTest, Lab, Setting, free_port

AGENTS = 2000
SECONDS = 12
MEMORY_KIB = 128 * 1024  # above what it has when idle


class AbuseLab(Lab):
    """A second bottle beside `dev`, with the same routes and a door of its own."""

    def _config(self, *arguments):
        text = super()._config(*arguments)
        bottles = text.index("  dev:\n")
        self.honest_port = free_port()
        honest = text[bottles:].replace("  dev:\n", "  honest:\n").replace(
            f"127.0.0.1:{self.proxy_port}", f"127.0.0.1:{self.honest_port}")
        return text + honest


@dataclass
class Place:
    """What an abuser knows."""

    proxy_port: int
    origin_port: int
    plain_port: int
    ca: str
    until: float  # by time.monotonic()


class Abuser:
    """One agent, which does the same bad thing until it is told to stop. What cork says to it is of
    no interest, only that it lasts."""

    BOMB = gzip.compress(b'{"a": "' + b"\\u0041" * 4_000_000 + b'"}')

    def __init__(self, place, number):
        self.place = place
        self.random = random.Random(number)
        kinds = (self.random_hosts, self.half_open_handshake, self.slow_head, self.flooding_head,
                 self.connection_flood, self.bomb, self.endless_body, self.silent_tunnel)
        self.act = kinds[number % len(kinds)]

    async def run(self):
        while time.monotonic() < self.place.until:
            try:
                await asyncio.wait_for(self.once(), max(0.1, self.place.until - time.monotonic()))
            except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError,
                    asyncio.LimitOverrunError):
                pass
            await asyncio.sleep(0.2 + self.random.random())

    async def once(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.place.proxy_port)
        try:
            await self.act(reader, writer)
        finally:
            writer.close()

    async def connect(self, reader, writer, authority):
        writer.write(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        return await reader.readuntil(b"\r\n\r\n")

    def begin(self, method):
        origin = f"localhost:{self.place.plain_port}"
        return f"{method} http://{origin}/sink HTTP/1.1\r\nHost: {origin}\r\n".encode()

    async def random_hosts(self, reader, writer):
        host = f"{self.random.getrandbits(64):x}.example"
        if b" 200 " not in await self.connect(reader, writer, f"{host}:443"):
            return
        context = ssl.create_default_context(cafile=self.place.ca)
        await writer.start_tls(context, server_hostname=host)
        writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await reader.read(65536)

    async def half_open_handshake(self, reader, writer):
        await self.connect(reader, writer, f"localhost:{self.place.origin_port}")
        writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200))
        await reader.read()

    async def slow_head(self, reader, writer):
        for byte in self.begin("GET"):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.5)

    async def flooding_head(self, reader, writer):
        writer.write(self.begin("GET"))
        for number in range(2000):
            writer.write(f"X-{number}: {'y' * 60}\r\n".encode())
        await writer.drain()
        await reader.read(65536)

    async def connection_flood(self, reader, writer):
        for _ in range(5):
            _, another = await asyncio.open_connection("127.0.0.1", self.place.proxy_port)
            another.close()
        await reader.read()

    async def bomb(self, reader, writer):
        writer.write(self.begin("POST") + b"Content-Encoding: gzip\r\n"
                     b"Content-Type: application/json\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(self.BOMB) + self.BOMB)
        await writer.drain()
        await reader.read(65536)

    async def endless_body(self, reader, writer):
        writer.write(self.begin("POST") + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"400\r\n" + b"{[%22" * 204 + b"1234\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def silent_tunnel(self, reader, writer):
        await self.connect(reader, writer, f"localhost:{self.place.origin_port}")
        await reader.read()


def abuse(place):
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # that cork hung up is no news here

    async def all_of_them():
        await asyncio.gather(*(Abuser(place, number).run() for number in range(AGENTS)))

    asyncio.run(all_of_them())


class AbuseTest(ClientTest):
    @classmethod
    def make_lab(cls):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < 4 * AGENTS:
            raise unittest.SkipTest(f"only {hard} open files are allowed here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4 * AGENTS), hard))
        return AbuseLab()

    def honest(self):
        """One request of the other bottle's agent."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler(
            {"http": f"http://127.0.0.1:{self.lab.honest_port}"}))
        url = f"http://localhost:{self.lab.plain.port}/sink"
        with opener.open(urllib.request.Request(url, data=b"x" * 1000), timeout=60) as answer:
            return answer.status

    def test_memory_is_bounded_and_the_other_bottle_is_served_under_two_thousand_agents_abuse(self):
        lab = self.lab
        self.assertEqual(self.honest(), 200)
        idle = lab.cork.memory_kib("VmRSS")
        until = time.monotonic() + SECONDS
        # A process of its own: threads of one interpreter would starve the honest agent themselves.
        abusers = multiprocessing.Process(target=abuse, args=[Place(
            lab.proxy_port, lab.origin.port, lab.plain.port, str(lab.ca), until)])
        abusers.start()
        served = crowd = 0
        while time.monotonic() < until:
            self.assertEqual(self.honest(), 200)
            if served % 50 == 0:
                crowd = max(crowd, connections_of(lab, "dev"))
            served += 1
        abusers.join(120)
        self.assertEqual(abusers.exitcode, 0)
        self.assertGreater(served, 20)
        self.assertEqual(self.honest(), 200)
        print(f"served {served} beside {crowd} connections, "
              f"{lab.cork.memory_kib('VmHWM') - idle} KiB above idle")
        self.assertGreater(crowd, AGENTS // 4)
        # Hundreds of them share what looking into them may take; one alone comes to its end.
        bomber = Abuser(Place(lab.proxy_port, lab.origin.port, lab.plain.port, str(lab.ca), until), 0)
        bomber.act = bomber.bomb
        asyncio.run(bomber.once())
        self.assertTrue(any(record["reason"] == "scan_limit" for record in lab.records()
                            if record["bottle"] == "dev" and record["event"] == "refused"))
        if not Setting.sanitized:
            self.assertLess(lab.cork.memory_kib("VmHWM") - idle, MEMORY_KIB)
        # What it held is given back: nobody is connected any more.
        deadline = time.monotonic() + 60
        while connections_of(lab, "dev") and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertEqual(connections_of(lab, "dev"), 0)


def connections_of(lab, bottle):
    for line in lab.cork.metrics().splitlines():
        if line.startswith("cork_open_connections{") and f'bottle="{bottle}"' in line:
            return int(float(line.rpartition(" ")[2]))
    raise AssertionError("cork tells nothing of open connections")
