"""A client by hand, which cuts what it writes where it is told.

    with Tunnel(lab, ("127.0.0.1", port)) as tunnel:
        answer = tunnel.exchange([b"POST / HTTP/1.1\\r\\n", b"..."])   # one TLS record a piece
"""

import http.client
import io
import socket
import ssl


class _Recorded:
    """What http.client wants of a socket to read an answer from."""

    def __init__(self, stream):
        self._stream = stream

    def makefile(self, *_arguments, **_options):
        return self._stream


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body


class Tunnel:
    """CONNECT to `authority` over `address` (a port's or a unix socket's), then TLS inside."""

    def __init__(self, lab, address, authority=None):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self._sock = socket.socket(family)
        self._sock.settimeout(60)
        self._sock.connect(address)
        authority = authority or f"localhost:{lab.origin.port}"
        self._sock.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self._sock.recv(1)
            if not byte:
                raise ConnectionError(f"CONNECT was not answered: {head!r}")
            head += byte
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(head.decode("latin-1"))
        trust = ssl.create_default_context(cafile=str(lab.ca))
        host = authority.rsplit(":", 1)[0]
        self._tls = trust.wrap_socket(self._sock, server_hostname=host)
        if family == socket.AF_INET:
            self._tls.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = io.BufferedReader(socket.SocketIO(self._tls, "r"))

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self._stream.close()
        self._tls.close()

    def send(self, *pieces):
        for piece in pieces:
            if piece:
                self._tls.sendall(piece)

    def answer(self, method="POST"):
        """The next answer, whole."""
        response = http.client.HTTPResponse(_Recorded(_KeepOpen(self._stream)), method=method)
        response.begin()
        return Answer(response.status, response.headers, response.read())

    def exchange(self, pieces, method="POST"):
        self.send(*pieces)
        return self.answer(method)


class _KeepOpen:
    """http.client closes its stream after each answer; the connection goes on."""

    def __init__(self, stream):
        self._stream = stream

    def close(self):
        pass

    def flush(self):
        pass

    def __getattr__(self, name):
        return getattr(self._stream, name)


def head_of(lab, *fields, method="POST", path="/echo"):
    lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{lab.origin.port}", *fields, "", ""]
    return "\r\n".join(lines).encode()


def chunked(*pieces, trailers=()):
    for piece in pieces:
        if piece:
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n" + "".join(f"{line}\r\n" for line in trailers).encode() + b"\r\n"
