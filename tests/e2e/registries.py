"""Package registries that hold one small package each, made at test time, as handlers of an Origin.

    handlers = {"/pypi/": PythonIndex("/pypi"), "/npm/": NpmRegistry("/npm")}

Their package is called `corktest`, version 1.0.0, and carries BALLAST: bytes that do not compress, so
that a download is more than one buffer. What is uploaded to them is accepted.
"""

import base64
import hashlib
import io
import json
import random
import tarfile
import zipfile

NAME, VERSION = "corktest", "1.0.0"
BALLAST = random.Random(7).randbytes(4 << 20)


def _zip(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def _tar_gz(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


class Registry:
    """`files()` says what is served below `prefix`: path -> (content type, bytes)."""

    def __init__(self, prefix):
        self.prefix = prefix
        self._files = {}

    def __call__(self, conversation, exchange):
        if exchange.method not in ("GET", "HEAD"):
            return self.accept(conversation, exchange)
        base = f"https://{exchange.value('Host')}{self.prefix}"
        files = self._files.setdefault(base, self.files(base))
        found = files.get(exchange.path.removeprefix(self.prefix).replace("%2f", "/"))
        if found is None:
            return conversation.respond(exchange, 404, b"no such file\n",
                                        [("Content-Type", "text/plain")])
        return conversation.respond(exchange, 200, found[1], [("Content-Type", found[0])])

    def accept(self, conversation, exchange):
        """An upload: taken, never kept but in the exchange's body file."""
        conversation.respond(exchange, 200, b"{}", [("Content-Type", "application/json")])

    def files(self, base):
        raise NotImplementedError


class PythonIndex(Registry):
    """PyPI's simple index: a page with a link to a wheel."""

    def files(self, base):
        info = f"{NAME}-{VERSION}.dist-info"
        wheel = _zip({
            f"{NAME}/__init__.py": b"GREETING = 'hello from a wheel'\n",
            f"{NAME}/ballast.bin": BALLAST,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
                             "Tag: py3-none-any\n",
            f"{info}/RECORD": f"{NAME}/__init__.py,,\n{NAME}/ballast.bin,,\n{info}/METADATA,,\n"
                              f"{info}/WHEEL,,\n{info}/RECORD,,\n",
        })
        file = f"{NAME}-{VERSION}-py3-none-any.whl"
        link = f"{base}/files/{file}#sha256={hashlib.sha256(wheel).hexdigest()}"
        elsewhere = f"https://files.example.net/{file}"
        page = "<!DOCTYPE html><html><body><a href='{}'>{}</a></body></html>"
        return {
            f"/simple/{NAME}/": ("text/html", page.format(link, file).encode()),
            f"/elsewhere/{NAME}/": ("text/html", page.format(elsewhere, file).encode()),
            f"/files/{file}": ("application/octet-stream", wheel),
        }


class NpmRegistry(Registry):
    """A document and a tarball; another document's tarball is on a host that no route names."""

    def files(self, base):
        tarball = _tar_gz({
            "package/package.json": json.dumps(
                {"name": NAME, "version": VERSION, "main": "index.js"}).encode(),
            "package/index.js": b"module.exports = 'hello from a tarball';\n",
            "package/ballast.bin": BALLAST,
        })
        digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()

        def document(name, where):
            dist = {"tarball": where, "integrity": f"sha512-{digest}",
                    "shasum": hashlib.sha1(tarball).hexdigest()}
            version = {"name": name, "version": VERSION, "main": "index.js", "dist": dist}
            return ("application/json", json.dumps({
                "name": name, "dist-tags": {"latest": VERSION}, "versions": {VERSION: version},
            }).encode())

        file = f"/{NAME}/-/{NAME}-{VERSION}.tgz"
        return {f"/{NAME}": document(NAME, base + file),
                "/elsewhere": document("elsewhere", f"https://files.example.net{file}"),
                file: ("application/octet-stream", tarball)}


class CargoRegistry(Registry):
    """A sparse index."""

    def files(self, base):
        folder = f"{NAME}-{VERSION}"
        crate = _tar_gz({
            f"{folder}/Cargo.toml": f'[package]\nname = "{NAME}"\nversion = "{VERSION}"\n'
                                    'edition = "2021"\n'.encode(),
            f"{folder}/src/lib.rs": b'pub fn greet() -> &\'static str { "hello from a crate" }\n',
            f"{folder}/ballast.bin": BALLAST,
        })
        entry = {"name": NAME, "vers": VERSION, "deps": [], "features": {}, "yanked": False,
                 "cksum": hashlib.sha256(crate).hexdigest()}
        config = {"dl": f"{base}/dl", "api": base}
        return {
            "/config.json": ("application/json", json.dumps(config).encode()),
            f"/{NAME[:2]}/{NAME[2:4]}/{NAME}": ("text/plain", json.dumps(entry).encode() + b"\n"),
            f"/dl/{NAME}/{VERSION}/download": ("application/octet-stream", crate),
        }

    def accept(self, conversation, exchange):
        """Lists what was published, since cargo waits until it is."""
        with open(exchange.body_file, "rb") as body:
            said = json.loads(body.read(int.from_bytes(body.read(4), "little")))
        name = said["name"]
        entry = {"name": name, "vers": said["vers"], "deps": [], "features": {}, "cksum": "0" * 64,
                 "yanked": False}
        for files in self._files.values():
            files[f"/{name[:2]}/{name[2:4]}/{name}"] = ("text/plain", json.dumps(entry).encode())
        conversation.respond(exchange, 200, b'{"warnings": null}',
                             [("Content-Type", "application/json")])


class GoProxy(Registry):
    """The module proxy protocol."""

    module = f"example.com/{NAME}"

    def files(self, base):
        at = f"{self.module}@v{VERSION}"
        text = f"module {self.module}\n\ngo 1.18\n".encode()
        source = f'package {NAME}\n\nfunc Greet() string {{ return "hello from a module" }}\n'
        archive = _zip({f"{at}/go.mod": text, f"{at}/greet.go": source,
                        f"{at}/ballast.bin": BALLAST})
        info = json.dumps({"Version": f"v{VERSION}", "Time": "2020-01-01T00:00:00Z"}).encode()
        folder = f"/{self.module}/@v"
        return {f"{folder}/list": ("text/plain", f"v{VERSION}\n".encode()),
                f"{folder}/v{VERSION}.info": ("application/json", info),
                f"{folder}/v{VERSION}.mod": ("text/plain", text),
                f"{folder}/v{VERSION}.zip": ("application/zip", archive)}


class MavenRepository(Registry):
    """A parent POM and an extension's jar, with their checksums."""

    group = "test.cork"

    def files(self, base):
        folder = f"/{self.group.replace('.', '/')}/{NAME}/{VERSION}/{NAME}-{VERSION}"
        pom = (f"<project><modelVersion>4.0.0</modelVersion><groupId>{self.group}</groupId>"
               f"<artifactId>{NAME}</artifactId><version>{VERSION}</version>"
               "<packaging>pom</packaging><description>hello from a parent</description>"
               "</project>").encode()
        jar = _zip({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", "ballast.bin": BALLAST})
        files = {}
        # Maven adds this one to every extension of its own accord.
        utilities = "/org/codehaus/plexus/plexus-utils/1.1/plexus-utils-1.1"
        for path, content in ((folder + ".pom", pom), (folder + ".jar", jar),
                              (utilities + ".jar", _zip({"empty": b""}))):
            files[path] = ("application/octet-stream", content)
            files[path + ".sha1"] = ("text/plain", hashlib.sha1(content).hexdigest().encode())
        return files
