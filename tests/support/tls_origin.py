#!/usr/bin/env python3
"""An HTTP/1.1 origin, over TLS or in clear text, that keeps every byte it was sent.

    origin = Origin(folder, certificate="origin.pem", key="origin.key")   # no certificate: clear
    origin.start()                     # origin.port
    ...
    origin.received(b"needle")         # was it in any byte of any request?
    origin.exchanges                   # what was asked, and whether each request was complete
    origin.stop()

What it answers:
    /echo               the body, byte for byte (also for HEAD: its length)
    /sink, and others   JSON: method, target, fields, body length, SHA-256, trailers
    /slow?ms=N          as /sink, after a pause
    /early              an answer before the body is read; the body is read afterwards
    /early-close        the same, but the body is not read and the connection closes
    /sse?count=N&ms=M   N events, M milliseconds apart, chunked
    /chunked?count=N    N chunks
    /trailers           a chunk and a trailer section
    /large?bytes=N      N bytes
    /close-delimited    a body that ends with the connection
    /truncate           a Content-Length of 1000, ten bytes, and the end
    /status/N           that status; 204 and 304 without a body
    /expect-refused     417 without reading the body
Everything else of HTTP/1.1 that a client may ask for: keep-alive, chunked uploads with trailers,
Expect: 100-continue.

A thread a connection; for tests only, on loopback only.
"""

import argparse
import hashlib
import json
import mmap
import signal
import socket
import ssl
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HEAD_LIMIT = 256 * 1024
PIECE = 64 * 1024


@dataclass
class Exchange:
    """One request: what arrived of it. `complete` is False where its end never came."""

    connection: int
    method: str = ""
    target: str = ""
    fields: list = field(default_factory=list)
    trailers: list = field(default_factory=list)
    body_bytes: int = 0
    sha256: str = ""
    body_file: str = ""
    complete: bool = False

    def value(self, name):
        """The value of the first field of that name; '' where there is none."""
        return next((v for n, v in self.fields if n.lower() == name.lower()), "")

    @property
    def path(self):
        return urlsplit(self.target).path

    def number(self, name, default):
        return int(parse_qs(urlsplit(self.target).query).get(name, [default])[0])


class Ended(Exception):
    """The client is gone, or what it sends is no HTTP."""


class Wire:
    """A socket whose every received byte is kept in a file."""

    def __init__(self, sock, path):
        self._sock = sock
        self._file = open(path, "wb", buffering=0)
        self._buffer = b""

    def _more(self):
        try:
            data = self._sock.recv(PIECE)
        except (OSError, ValueError) as error:
            raise Ended(str(error)) from error
        if not data:
            raise Ended("closed")
        self._file.write(data)
        self._buffer += data

    def until(self, mark, limit):
        while mark not in self._buffer:
            if len(self._buffer) > limit:
                raise Ended("too long")
            self._more()
        taken, _, self._buffer = self._buffer.partition(mark)
        return taken

    def some(self, at_most):
        if not self._buffer:
            self._more()
        taken, self._buffer = self._buffer[:at_most], self._buffer[at_most:]
        return taken

    def send(self, data):
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise Ended(str(error)) from error

    def close(self):
        self._file.close()
        try:
            if isinstance(self._sock, ssl.SSLSocket):
                self._sock.settimeout(1)
                self._sock.unwrap()
        except (OSError, ValueError):
            pass
        self._sock.close()


def _parse_fields(lines):
    pairs = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise Ended("no field")
        pairs.append((name, value.strip()))
    return pairs


def _body_pieces(wire, exchange):
    """The body without its framing; fills in the trailers."""
    if "chunked" in exchange.value("Transfer-Encoding").lower():
        while size := int(wire.until(b"\r\n", 4096).split(b";")[0], 16):
            while size:
                piece = wire.some(size)
                size -= len(piece)
                yield piece
            wire.until(b"\r\n", 2)
        lines = []
        while line := wire.until(b"\r\n", 65536).decode("latin-1"):
            lines.append(line)
        exchange.trailers = _parse_fields(lines)
        return
    left = int(exchange.value("Content-Length") or 0)
    while left:
        piece = wire.some(left)
        left -= len(piece)
        yield piece


class Conversation:
    """One connection: requests until it ends."""

    def __init__(self, origin, wire, number):
        self._origin = origin
        self._wire = wire
        self._number = number
        self._count = 0

    def run(self):
        while self._one():
            pass

    def _one(self):
        lines = self._wire.until(b"\r\n\r\n", HEAD_LIMIT).decode("latin-1").split("\r\n")
        exchange = Exchange(self._number)
        exchange.method, exchange.target, _ = (lines[0].split(" ") + ["", ""])[:3]
        exchange.fields = _parse_fields(lines[1:])
        self._count += 1
        self._origin.note(exchange)
        try:
            keep = self._answer(exchange)
        finally:
            self._origin.log(exchange)
        return keep and exchange.value("Connection").lower() != "close"

    def _read_body(self, exchange):
        if exchange.value("Expect").lower() == "100-continue":
            self._wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        digest = hashlib.sha256()
        path = self._origin.folder / f"body-{self._number}-{self._count}"
        with open(path, "wb") as body:
            for piece in _body_pieces(self._wire, exchange):
                digest.update(piece)
                body.write(piece)
                exchange.body_bytes += len(piece)
        exchange.sha256, exchange.body_file, exchange.complete = digest.hexdigest(), str(path), True

    def _answer(self, exchange):
        """Answers; True where the connection stays open."""
        path = exchange.path
        if path == "/expect-refused":
            self.respond(exchange, 417, b"no\n", close=True)
            return False
        if path in ("/early", "/early-close"):
            self.respond(exchange, 200, b"early\n", close=path == "/early-close")
            if path == "/early-close":
                return False
            self._read_body(exchange)
            return True
        self._read_body(exchange)
        for prefix, handler in self._origin.handlers.items():
            if path.startswith(prefix):
                return handler(self, exchange) is not False
        special = getattr(self, "_" + path.strip("/").replace("-", "_").split("/")[0], None)
        return (special or self._sink)(exchange) is not False

    def respond(self, exchange, status, body, fields=(), close=False):
        """A whole answer with its length; HEAD gets the head alone."""
        lines = [f"HTTP/1.1 {status} Answer", f"Content-Length: {len(body)}"]
        if status in (204, 304):
            lines, body = lines[:1], b""
        lines += [f"{name}: {value}" for name, value in fields]
        if close:
            lines.append("Connection: close")
        head = "\r\n".join(lines + ["", ""]).encode("latin-1")
        self._wire.send(head if exchange.method == "HEAD" else head + body)

    def start_chunked(self, fields=()):
        lines = ["HTTP/1.1 200 Answer", "Transfer-Encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in fields]
        self._wire.send("\r\n".join(lines + ["", ""]).encode("latin-1"))

    def chunk(self, data):
        self._wire.send(b"%x\r\n%s\r\n" % (len(data), data))

    def end_chunked(self, trailers=b""):
        self._wire.send(b"0\r\n" + trailers + b"\r\n")

    # One method a path; what they return says whether the connection stays open.

    def _sink(self, exchange):
        said = {k: v for k, v in asdict(exchange).items() if k not in ("connection", "body_file")}
        body = json.dumps(said).encode() + b"\n"
        self.respond(exchange, 200, body, [("Content-Type", "application/json")])

    def _echo(self, exchange):
        kind = exchange.value("Content-Type") or "application/octet-stream"
        head = f"HTTP/1.1 200 Answer\r\nContent-Type: {kind}\r\n"
        head += f"Content-Length: {exchange.body_bytes}\r\n\r\n"
        self._wire.send(head.encode())
        if exchange.method == "HEAD":
            return
        with open(exchange.body_file, "rb") as body:
            while piece := body.read(PIECE):
                self._wire.send(piece)

    def _slow(self, exchange):
        time.sleep(exchange.number("ms", 500) / 1000)
        self._sink(exchange)

    def _sse(self, exchange):
        self.start_chunked([("Content-Type", "text/event-stream")])
        for i in range(exchange.number("count", 3)):
            self.chunk(b"data: event %d\n\n" % i)
            time.sleep(exchange.number("ms", 50) / 1000)
        self.end_chunked()

    def _chunked(self, exchange):
        self.start_chunked()
        for i in range(exchange.number("count", 3)):
            self.chunk(b"chunk %d\n" % i)
        self.end_chunked()

    def _trailers(self, _exchange):
        self.start_chunked([("Trailer", "X-Checksum")])
        self.chunk(b"body\n")
        self.end_chunked(b"X-Checksum: 1234\r\n")

    def _large(self, exchange):
        left = exchange.number("bytes", 1 << 20)
        self._wire.send(b"HTTP/1.1 200 Answer\r\nContent-Length: %d\r\n\r\n" % left)
        block = bytes(range(256)) * (PIECE // 256)
        while left and exchange.method != "HEAD":
            piece = block[:left]
            self._wire.send(piece)
            left -= len(piece)

    def _close_delimited(self, _exchange):
        self._wire.send(b"HTTP/1.1 200 Answer\r\nConnection: close\r\n\r\nuntil the end\n")
        return False

    def _truncate(self, _exchange):
        self._wire.send(b"HTTP/1.1 200 Answer\r\nContent-Length: 1000\r\n\r\nten bytes\n")
        return False

    def _status(self, exchange):
        self.respond(exchange, int(exchange.path.rsplit("/", 1)[1]), b"as asked\n")


class Origin:
    """`handlers` maps a path prefix to a function of (Conversation, Exchange)."""

    def __init__(self, folder, certificate=None, key=None, host="127.0.0.1", handlers=None,
                 port=0):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.handlers = handlers or {}
        self.exchanges = []
        self.connections = 0
        self._lock = threading.Lock()
        self._tls = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate, key)
            self._tls.set_alpn_protocols(["http/1.1"])
        self._listener = socket.create_server((host, port), backlog=256)
        self.port = self._listener.getsockname()[1]

    def start(self, port_file=None):
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        if port_file:
            Path(port_file).write_text(f"{self.port}\n", encoding="ascii")
        return self

    def stop(self):
        # A thread that still waits on the descriptor would accept for whoever gets it next.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join(timeout=10)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        with self._lock:
            self.connections += 1
            number = self.connections
        sock.settimeout(120)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
        except OSError:
            sock.close()
            return
        wire = Wire(sock, self.folder / f"wire-{number}")
        try:
            Conversation(self, wire, number).run()
        except (Ended, ValueError):
            pass
        finally:
            wire.close()

    def note(self, exchange):
        with self._lock:
            self.exchanges.append(exchange)

    def log(self, exchange):
        """exchanges.jsonl tells other processes what `exchanges` holds, once each is over."""
        with self._lock, open(self.folder / "exchanges.jsonl", "a", encoding="utf-8") as log:
            log.write(json.dumps(asdict(exchange)) + "\n")

    def received(self, *needles):
        """Whether any of those stands in what a connection sent, framing included."""
        for path in self.folder.glob("wire-*"):
            if path.stat().st_size == 0:
                continue
            with open(path, "rb") as file:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
                    if any(view.find(needle) >= 0 for needle in needles):
                        return True
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", required=True, help="where what was received is kept")
    parser.add_argument("--certificate", help="PEM chain; without it the origin speaks clear text")
    parser.add_argument("--key")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="any free one by default")
    parser.add_argument("--port-file", help="written with the port once it listens")
    options = parser.parse_args()
    origin = Origin(options.folder, options.certificate, options.key, options.host,
                    port=options.port)
    origin.start(options.port_file)
    print(origin.port, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
