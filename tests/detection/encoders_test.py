#!/usr/bin/env python3
"""The encodings that the detection tests send are what they are called: Python's own decoders, which
share no code with cork, read the text back.

    encoders_test.py CARRY
"""

import base64
import email
import gzip
import hashlib
import html
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

CARRY = "carry"
TEXT = "tok=ABC\"x=1&y'<z>\\ 100% +/ {q}; 0123456789abcdef\nline 2: a\tb?"
INVISIBLE = "[\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2066]"


def requests(cells):
    """(head, body) of TEXT carried in each of the cells."""
    line = json.dumps({"rule": "none", "sample": TEXT}) + "\n"
    command = [CARRY, *(argument for cell in cells for argument in ("--show", cell))]
    done = subprocess.run(command, input=line, capture_output=True, text=True, encoding="utf-8",
                          check=True)
    shown = [json.loads(line) for line in done.stdout.splitlines()]
    return [(one["head"], base64.b64decode(one["body"])) for one in shown]


def padded(digits):
    return digits + b"=" * (-len(digits) % 4)


def unhex(digits):
    return bytes.fromhex(digits.decode("ascii"))


def dumped(text, line):
    """The bytes of a dump, `line` finding the digits in each of its lines."""
    return b"".join(bytes.fromhex(re.search(line, row).group(1)) for row in
                    text.decode("ascii").splitlines() if re.search(line, row))


def member_of_tar(data):
    archive = tarfile.open(fileobj=io.BytesIO(data))
    return archive.extractfile(archive.getmembers()[0]).read()


def member_of_zip(data):
    archive = zipfile.ZipFile(io.BytesIO(data))
    if archive.testzip() is not None:
        raise ValueError("a member is damaged")
    return archive.read(archive.namelist()[0])


def blob_of_pack(data):
    """As git reads it, but for the checksum at its end, which the tests leave out."""
    pack = data[:-20] + hashlib.sha1(data[:-20]).digest()
    with tempfile.TemporaryDirectory() as repository:
        def git(*arguments, given=b""):
            return subprocess.run(["git", "-C", repository, *arguments], input=given, check=True,
                                  capture_output=True).stdout
        git("init", "-q", "--bare")
        git("unpack-objects", "-q", given=pack)
        name, kind, _ = git("cat-file", "--batch-all-objects", "--batch-check").split()
        return git("cat-file", kind.decode(), name.decode())


def content(body):
    return base64.b64decode(json.loads(body)["content"], validate=True)


def mailed(body):
    return email.message_from_bytes(body).get_payload(decode=True)


DECODERS = {
    "none": lambda b: b,
    "json": lambda b: json.loads(b)["note"],
    "json-json": lambda b: json.loads(json.loads(b)["note"].split("\n", 1)[1])["note"],
    "json-unicode": lambda b: json.loads(b)["note"],
    "form": lambda b: urllib.parse.parse_qs(b.decode())["note"][0],
    "percent": urllib.parse.unquote_to_bytes,
    "percent-all": urllib.parse.unquote_to_bytes,
    "percent-all-lower": urllib.parse.unquote_to_bytes,
    "percent-twice": lambda b: urllib.parse.unquote_to_bytes(urllib.parse.unquote_to_bytes(b)),
    "percent-u": lambda b: re.sub("%u(....)", lambda m: chr(int(m[1], 16)), b.decode()),
    "xml-text": lambda b: ElementTree.fromstring(b).find("text").text,
    "xml-attribute": lambda b: html.unescape(b.decode()),
    "xml-cdata": lambda b: ElementTree.fromstring(b).text,
    "entities-decimal": lambda b: html.unescape(b.decode()),
    "entities-hex": lambda b: html.unescape(b.decode()),
    "entities-named": lambda b: html.unescape(b.decode()),
    "yaml-double": lambda b: json.loads(b.split(b"note: ", 1)[1]),
    "yaml-block": lambda b: b.replace(b"\n    ", b"\n"),
    "utf-16le-bom": lambda b: b.decode("utf-16"),
    "utf-16be-bom": lambda b: b.decode("utf-16"),
    "utf-16le": lambda b: b.decode("utf-16-le"),
    "utf-16be": lambda b: b.decode("utf-16-be"),
    "invisible": lambda b: re.sub(INVISIBLE, "", b.decode()),
    "fullwidth": lambda b: unicodedata.normalize("NFKC", b.decode()),
    "base64": lambda b: base64.b64decode(b, validate=True),
    "base64-unpadded": lambda b: base64.b64decode(padded(b), validate=True),
    "base64url": base64.urlsafe_b64decode,
    "base64url-unpadded": lambda b: base64.urlsafe_b64decode(padded(b)),
    "base64-mime": base64.b64decode,
    "base64-shift-1": lambda b: base64.b64decode(b, validate=True),
    "base64-shift-2": lambda b: base64.b64decode(b, validate=True),
    "base64-glued-1": lambda b: base64.b64decode(padded(b[1:]), validate=True),
    "base64-glued-2": lambda b: base64.b64decode(padded(b[2:]), validate=True),
    "base64-glued-3": lambda b: base64.b64decode(padded(b[3:]), validate=True),
    "base64-twice": lambda b: base64.b64decode(base64.b64decode(b, validate=True)),
    "hex": unhex,
    "HEX": unhex,
    "hex-lines": unhex,
    "hex-escapes": lambda b: unhex(b.replace(rb"\x", b"")),
    "hex-colons": lambda b: unhex(b.replace(b":", b"")),
    "hex-spaces": unhex,
    "hex-array": lambda b: bytes(int(digits, 16) for digits in b.split(b", ")),
    "xxd": lambda b: dumped(b, r"^[0-9a-f]{8}: (.{39})  "),
    "hexdump": lambda b: dumped(b, r"^[0-9a-f]{8}  (.{48})  \|"),
    "gzip": gzip.decompress,
    "zlib": zlib.decompress,
    "git-pack": blob_of_pack,
    "zstd": lambda b: subprocess.run(["zstd", "-dc"], input=b, capture_output=True,
                                     check=True).stdout,
    "gzip-base64-json": lambda b: gzip.decompress(content(b)),
    "zlib-base64-json": lambda b: zlib.decompress(content(b)),
    "zip-stored": member_of_zip,
    "zip-deflated": member_of_zip,
    "zip-streamed": member_of_zip,
    "tar": member_of_tar,
    "tar-gz": member_of_tar,
    "zip-base64-json": lambda b: member_of_zip(content(b)),
    "tar-gz-base64-json": lambda b: member_of_tar(content(b)),
    "mail-base64": mailed,
    "mail-quoted-printable": mailed,
    "protobuf": lambda b: b,
    "jwt": lambda b: json.loads(base64.urlsafe_b64decode(padded(b.split(b".")[1])))["note"],
}
DECODERS["zstd-base64-json"] = lambda b: DECODERS["zstd"](content(b))


class Encoders(unittest.TestCase):
    def expect(self, decoded):
        if isinstance(decoded, bytes):
            decoded = decoded.decode("utf-8", errors="replace")
        self.assertIn(TEXT, decoded.replace("\r\n", "\n"))

    def test_every_encoding_is_read_back(self):
        listed = subprocess.run([CARRY, "--list"], stdin=subprocess.DEVNULL, capture_output=True,
                                text=True, check=True).stdout.splitlines()
        names = [cell.removeprefix("text: ") for cell in listed
                 if cell.startswith("text: ") and " of " not in cell]
        self.assertEqual(sorted(names), sorted(DECODERS))
        for name, (_, body) in zip(names, requests([f"text: {name}" for name in names])):
            with self.subTest(name):
                self.expect(DECODERS[name](body))

    def test_every_file_of_a_multipart_body_is_read_back(self):
        names = ("field", "file, base64", "file, quoted-printable")
        for name, (head, body) in zip(names, requests([f"multipart {n}: none" for n in names])):
            with self.subTest(name):
                kind = re.search("^Content-Type: .*$", head, re.M).group(0)
                message = email.message_from_bytes(kind.encode() + b"\r\n\r\n" + body)
                self.expect(message.get_payload()[1].get_payload(decode=True))

    def test_bodies_are_what_their_content_type_says(self):
        decoders = {"JSON value": lambda b: json.loads(b)["note"],
                    "JSON key": lambda b: next(iter(json.loads(b))),
                    "NDJSON": lambda b: json.loads(b.splitlines()[1])["note"],
                    "XML text": lambda b: ElementTree.fromstring(b).find("text").text,
                    "body in gzip": gzip.decompress,
                    "body in deflate": zlib.decompress}
        shown = requests([f"{part}: none" for part in decoders])
        for (part, decode), (_, body) in zip(decoders.items(), shown):
            with self.subTest(part):
                self.expect(decode(body))

    def test_a_head_holds_the_text(self):
        (query, _), (basic, _) = requests(["query value: none", "Basic credentials: none"])
        target = urllib.parse.urlsplit(query.split()[1])
        self.expect(urllib.parse.parse_qs(target.query)["note"][0])
        self.expect(base64.b64decode(re.search("Basic (.*)", basic).group(1), validate=True))


if __name__ == "__main__":
    CARRY = sys.argv.pop(1)
    unittest.main()
