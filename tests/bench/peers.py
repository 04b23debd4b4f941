"""The proxies that are measured and the origin behind them: how each is configured and started.

All listen on 127.0.0.1 only, keep their files in one temporary folder and end with the benchmark.
Each does what cork does to a connection: TLS from the client ends there, TLS to the origin begins
there, and the origin's certificate is verified. None but cork looks into the bodies.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = 60


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Certificates:
    """A CA, a certificate for localhost below it, and what HAProxy wants of both in one file."""

    def __init__(self, folder):
        self.ca, self.ca_key = folder / "ca.pem", folder / "ca.key"
        self.leaf, self.key = folder / "leaf.pem", folder / "leaf.key"
        new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-days", "2"]
        openssl(*new, "-subj", "/CN=Benchmark CA", "-keyout", self.ca_key, "-out", self.ca,
                "-addext", "keyUsage=critical,keyCertSign,digitalSignature")
        openssl(*new, "-subj", "/CN=localhost", "-CA", self.ca, "-CAkey", self.ca_key,
                "-keyout", self.key, "-out", self.leaf,
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-addext", "basicConstraints=critical,CA:FALSE")
        self.both = folder / "both.pem"
        self.both.write_bytes(self.leaf.read_bytes() + self.key.read_bytes())


class Program:
    """One started program. Subclasses say `name`, `program`, and how to start it in start()."""

    name = ""
    program = ""
    direct = False  # the client speaks TLS to it at once, without CONNECT

    def __init__(self, folder, certificates, origin_port=0):
        self.folder = Path(folder) / self.name
        self.folder.mkdir()
        self.certificates = certificates
        self.origin_port = origin_port
        self.port = free_port()
        self.process = None

    @classmethod
    def absent(cls):
        return not shutil.which(cls.program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="ascii")
        return path

    def spawn(self, *command):
        log = open(self.folder / "log", "wb")  # pylint: disable=consider-using-with
        environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
                       "HOME": str(self.folder)}
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL,
                                        stdout=log, stderr=log, env=environment)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{self.name} did not start:\n" + (self.folder / "log").read_text())

    def client_ca(self):
        """The CA whose certificates a client of this proxy sees."""
        return self.certificates.ca

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Nginx(Program):
    """The origin: reads each body to its end, then answers a few bytes."""

    name = program = "nginx"

    def start(self):
        inner = self.folder / "inner.sock"
        config = self.write("nginx.conf", f"""
daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log; worker_processes 1;
events {{ worker_connections 2048; }}
http {{
  access_log off; client_max_body_size 0; client_body_buffer_size 2m; keepalive_requests 1000000;
  keepalive_timeout 300s; ssl_session_cache off;
  client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;
  fastcgi_temp_path {self.folder}/fastcgi; uwsgi_temp_path {self.folder}/uwsgi;
  scgi_temp_path {self.folder}/scgi;
  upstream inner {{ server unix:{inner}; keepalive 32; keepalive_requests 1000000; }}
  server {{ listen unix:{inner}; keepalive_requests 1000000; location / {{ return 200 "ok\\n"; }} }}
  server {{
    listen 127.0.0.1:{self.port} ssl;
    ssl_certificate {self.certificates.leaf}; ssl_certificate_key {self.certificates.key};
    location / {{
      proxy_pass http://inner; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_pass_request_body off; proxy_set_header Content-Length "";
    }}
  }}
}}
""")
        return self.spawn("nginx", "-p", self.folder, "-c", config)


class Cork(Program):
    """With its own rules on, and audit log and metrics as anybody would run it."""

    name = "cork"
    binary = None

    @classmethod
    def absent(cls):
        return False

    def start(self):
        config = self.write("cork.yaml", f"""version: 1
ca: {{ directory: {self.folder}/ca }}
audit: {{ path: {self.folder}/audit.jsonl }}
metrics: {{ listen: "127.0.0.1:{free_port()}" }}
upstream: {{ ca_file: {self.certificates.ca} }}
bottles:
  bench:
    listen: "127.0.0.1:{self.port}"
    allow:
      - host: localhost:{self.origin_port}
        addresses: [127.0.0.1/32, "::1/128"]
""")
        self.spawn(self.binary, "run", "--config", config)
        # It listens before it has compiled its rules and made its CA, and serves after that.
        deadline = time.monotonic() + START_SECONDS
        while not self.client_ca().exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        return self

    def client_ca(self):
        return self.folder / "ca" / "ca.cert.pem"


class HAProxy(Program):
    """TLS on both sides, one certificate: no CONNECT, no minting, no look into the body."""

    name, program, direct = "HAProxy", "haproxy", True

    def start(self):
        config = self.write("haproxy.cfg", f"""
global
  maxconn 4000
defaults
  mode http
  timeout connect 10s
  timeout client 300s
  timeout server 300s
  timeout http-keep-alive 300s
frontend client
  bind 127.0.0.1:{self.port} ssl crt {self.certificates.both}
  default_backend origin
backend origin
  http-reuse always
  server one 127.0.0.1:{self.origin_port} ssl verify required ca-file {self.certificates.ca} \
sni str(localhost) verifyhost localhost
""")
        return self.spawn("haproxy", "-db", "-f", config)


class Squid(Program):
    name, program = "Squid", "squid"
    certgen = "/usr/lib/squid/security_file_certgen"

    def start(self):
        config = self.write("squid.conf", f"""
http_port 127.0.0.1:{self.port} ssl-bump generate-host-certificates=on \
dynamic_cert_mem_cache_size=4MB tls-cert={self.certificates.ca} tls-key={self.certificates.ca_key}
sslcrtd_program {self.certgen} -s {self.folder}/certs -M 4MB
sslcrtd_children 1
tls_outgoing_options cafile={self.certificates.ca}
ssl_bump bump all
http_access allow localhost
cache deny all
cache_mem 8 MB
access_log none
cache_log {self.folder}/cache.log
cache_store_log none
pid_filename {self.folder}/pid
coredump_dir {self.folder}
shutdown_lifetime 0 seconds
visible_hostname localhost
client_request_buffer_max_size 4 MB
""")
        subprocess.run([self.certgen, "-c", "-s", self.folder / "certs", "-M", "4MB"], check=True,
                       capture_output=True)
        if os.geteuid() == 0:  # Squid will not stay root
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, "proxy", "proxy")
        return self.spawn("squid", "-N", "-f", config)


class Mitmdump(Program):
    name = program = "mitmdump"

    def start(self):
        settings = (f"confdir={self.folder}", "http2=false",
                    f"ssl_verify_upstream_trusted_ca={self.certificates.ca}")
        return self.spawn(
            "mitmdump", "-q", "--listen-host", "127.0.0.1", "--listen-port", self.port,
            *(word for setting in settings for word in ("--set", setting)))

    def client_ca(self):
        return self.folder / "mitmproxy-ca-cert.pem"


PROXIES = (Cork, HAProxy, Squid, Mitmdump)
