"""Files made to differ in everything that a search by gitleaks' rules may stumble over: encodings in
encodings, bytes that are no UTF-8, letters that fold into ASCII, lines of a megabyte, borders of
pieces, marks that hide a finding, endings without a newline.

    make_corpus(folder, 400, seed)    # the same files for the same seed
"""

import base64
import random
import string
import urllib.parse

ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits
ODD = ("\v", "\u212a", "\u017f", "\u0130", "\u00e9", "\U0001f511", "\ufffd", "\u2028", "\x00", "\r")


class Maker:
    def __init__(self, seed, large):
        self.random = random.Random(seed)
        self.large = large

    def some(self, alphabet, least, most=None):
        return "".join(self.random.choices(alphabet, k=self.random.randint(least, most or least)))

    def token(self):
        """What gitleaks' default rules know, in pieces so that this file holds none."""
        return self.random.choice((
            lambda: "gh" + "p_" + self.some(ALNUM, 36),
            lambda: "AK" + "IA" + self.some(string.ascii_uppercase + "234567", 16),
            lambda: "gl" + "pat-" + self.some(ALNUM, 20),
            lambda: "xo" + "xb-" + self.some(string.digits, 11) + "-" + self.some(string.digits, 12)
            + "-" + self.some(ALNUM, 24),
            lambda: "sk" + "_live_" + self.some(ALNUM, 24),
            lambda: "np" + "m_" + self.some(LOWER, 36),
            lambda: "ey" + "J" + self.some(ALNUM, 20, 40) + ".ey" + "J" + self.some(ALNUM, 20, 60)
            + "." + self.some(ALNUM + "-_", 20, 60),
            lambda: "-----BEGIN RSA PRIVATE" + " KEY-----\n" + self.some(ALNUM + "+/\n", 80, 400)
            + "\n-----END RSA PRIVATE" + " KEY-----",
            lambda: self.random.choice(("api_key", "secret", "auth_token", "SourceGraph", "facebook"))
            + self.random.choice((" = ", ": ", "=", '":"', " := ")) + self.some(LOWER, 12, 48),
            lambda: "sourcegraph " + self.some("abcdef" + string.digits, 40),
        ))()

    def encoded(self, text, depth):
        """In up to `depth` layers of what gitleaks decodes, and of what it does not."""
        for _ in range(self.random.randint(0, depth)):
            raw = text.encode("utf-8", "surrogateescape")
            text = self.random.choice((
                lambda: base64.b64encode(raw).decode(),
                lambda: base64.urlsafe_b64encode(raw).decode().rstrip("="),
                raw.hex,
                lambda: raw.hex().upper(),
                lambda: urllib.parse.quote(text, safe="", errors="surrogateescape"),
                lambda: "".join(f"%{byte:02x}" for byte in raw),
                lambda: "".join(f"\\u{ord(c) & 0xFFFF:04x}" for c in text),
                lambda: "".join(f"\\\\U{ord(c) & 0xFFFF:04X}" for c in text),
                lambda: "".join(f"U+{ord(c) & 0xFFFF:04X} " for c in text),
            ))()
        return text

    def filler(self):
        return self.random.choice((
            lambda: "\n" * self.random.randint(1, 3),
            lambda: " " * self.random.randint(1, 9),
            lambda: self.some(string.ascii_lowercase + "    \n", 5, 200),
            lambda: self.some(string.printable, 5, 60),
            lambda: self.random.choice(ODD),
            lambda: bytes(self.random.choices(range(128, 256), k=5)).decode("utf-8",
                                                                            "surrogateescape"),
            lambda: "# gitleaks:allow" + self.random.choice(("\n", " ")),
            lambda: self.random.choice("\"'`;,:=&<>%\\") * self.random.randint(1, 3),
            lambda: "%" + self.some(string.hexdigits, 2),
            lambda: self.some("abcdef" + string.digits, 30, 44),
            lambda: self.some(ALNUM + "+/", 14, 70) + self.random.choice(("", "=", "==")),
        ))()

    def text(self):
        parts = []
        for _ in range(self.random.randint(1, 40)):
            if self.random.random() < 0.4:
                parts.append(self.encoded(self.filler() + self.token() + self.filler(), 3))
            else:
                parts.append(self.filler())
        if self.large and self.random.random() < 0.1:  # beyond a piece, with and without a border to end it
            between = self.random.choice(("x", "word ", "line\n", "line\n\n", " \n \t\n"))
            parts.insert(self.random.randint(0, len(parts)),
                         between * (self.random.randint(95_000, 130_000) // len(between)))
        return "".join(parts)


def make_corpus(folder, files, seed, large=True):
    """`large`: one in ten goes beyond the piece that gitleaks looks into at once."""
    maker = Maker(seed, large)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        ending = maker.random.choice((".py", ".txt", ".env", ".tf", ".yaml", ".browser.js", ".md"))
        (folder / f"made-{number}{ending}").write_bytes(
            maker.text().encode("utf-8", "surrogateescape"))
