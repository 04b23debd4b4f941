"""Material that agents send and no package holds as such: base64 of images and of text, lists of
hashes and UUIDs, and the requests that clients of language models make of all the rest.

Drawn with a seed from files in a fixed order, so the same each time.
"""

import base64
import hashlib
import json
import math
import random
import shutil
import uuid

MIB = 1 << 20
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BODY_KIB = (8, 40, 120, 400, 1200)  # of a conversation, about


class Folder:
    """Files that are numbered, up to so many bytes in all."""

    def __init__(self, path, megabytes):
        self.path = path
        self.left = megabytes * MIB
        self.count = 0
        path.mkdir(parents=True)

    def add(self, data, suffix):
        if self.left <= 0:
            return False
        if isinstance(data, str):
            data = data.encode("utf-8")
        (self.path / f"{self.count:06}{suffix}").write_bytes(data)
        self.count += 1
        self.left -= len(data)
        return True


def drawn(chance, length, letters=ALNUM):
    return "".join(chance.choices(letters, k=length))


# ---- base64 of images

def image_forms(data, kind):
    """(text, suffix) of each way in which an image is sent as text."""
    plain = base64.b64encode(data).decode("ascii")
    lines = "\r\n".join(plain[i:i + 76] for i in range(0, len(plain), 76))
    return [
        (plain, ".txt"),
        (f'<p><img alt="figure" src="data:{kind};base64,{plain}"/></p>\n', ".html"),
        (f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n", ".txt"),
        (json.dumps({"type": "image", "source": {"type": "base64", "media_type": kind,
                                                 "data": plain}}), ".json"),
        (base64.urlsafe_b64encode(data).decode("ascii").rstrip("="), ".txt"),
    ]


def make_base64(folder, images, chance):
    # The large ones first would be photographs only, so in random order.
    for path in chance.sample(images, len(images)):
        kind = f"image/{path.suffix[1:]}"
        forms = image_forms(path.read_bytes(), kind)
        if not folder.add(*chance.choice(forms)):
            return


# ---- hashes and UUIDs

def make_hashes(folder, lists, sums, chance):
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in sums]
    for path in lists:
        text = path.read_text(encoding="utf-8", errors="replace")
        texts += [text[i:i + 256 * 1024] for i in range(0, len(text), 256 * 1024)]
    chance.shuffle(texts)
    quarter = folder.left // 4
    while folder.left > 3 * quarter:
        folder.add("".join(
            f"{hashlib.sha256(chance.randbytes(8)).hexdigest()}  dist/{drawn(chance, 9)}.tar.gz\n"
            for _ in range(2000)), ".txt")
    for text in texts:
        if not folder.add(text, ".txt"):
            return


def uuid_of(chance):
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


UUID_LINES = (
    lambda c: f"{uuid_of(c)}\n",
    lambda c: f'{{"id":"{uuid_of(c)}","parent":"{uuid_of(c)}","ok":true}}\n',
    lambda c: f"2026-03-0{c.randint(1, 9)}T10:11:12Z INFO request_id={uuid_of(c)} took "
              f"{c.randint(1, 900)}ms\n",
    lambda c: f"traceparent: 00-{c.randbytes(16).hex()}-{c.randbytes(8).hex()}-01\n",
    lambda c: f"commit {c.randbytes(20).hex()}\nAuthor: A <a@example.org>\n\n    Say why\n\n",
    lambda c: f"index {c.randbytes(4).hex()[:7]}..{c.randbytes(4).hex()[:7]} 100644\n",
    lambda c: f"sha256:{c.randbytes(32).hex()} registry.example.org/{drawn(c, 6).lower()}:1.2\n",
    lambda c: f"arn:aws:iam::{c.randint(10**11, 10**12 - 1)}:role/{drawn(c, 8)}\n",
    lambda c: f"urn:uuid:{uuid_of(c).upper()}\n",
    lambda c: f'etag: "{c.randbytes(16).hex()}"\nx-amz-request-id: {drawn(c, 16).upper()}\n',
)


def make_uuids(folder, chance):
    going = True
    while going:
        line = chance.choice(UUID_LINES)
        mixed = chance.random() < 0.3
        text = "".join((chance.choice(UUID_LINES) if mixed else line)(chance)
                       for _ in range(1500))
        going = folder.add(text, ".txt")


# ---- text in base64, as mail carries it and as base64(1) prints it

def make_attachments(folder, texts, chance):
    paths = [path for _, files in sorted(texts.items()) for path in files]
    for path in chance.sample(paths, len(paths)):
        plain = base64.b64encode(path.read_bytes()).decode("ascii")
        width, end = chance.choice(((76, "\r\n"), (76, "\n"), (64, "\n")))
        lines = end.join(plain[i:i + width] for i in range(0, len(plain), width)) + end
        head = (f'Content-Type: text/plain; name="{path.name}"\r\n'
                "Content-Transfer-Encoding: base64\r\n\r\n") if end == "\r\n" else ""
        if not folder.add(head + lines, ".txt"):
            return


# ---- conversations

class Excerpts:
    """Pieces of the other corpora: a larger one more often, but less than it is larger."""

    def __init__(self, texts, images, chance):
        self.texts = [files for _, files in sorted(texts.items())]
        self.weights = [math.sqrt(sum(path.stat().st_size for path in files))
                        for files in self.texts]
        self.images = images
        self.chance = chance

    def text(self):
        path = self.chance.choice(self.chance.choices(self.texts, self.weights)[0])
        size = path.stat().st_size
        length = self.chance.choice((400, 1500, 4000, 12000, 30000))
        with path.open("rb") as file:
            file.seek(self.chance.randint(0, max(0, size - length)))
            data = file.read(length)
        return path.name, data.decode("utf-8", errors="replace").replace("\0", "")

    def as_tool_shows(self):
        """As a file reader, a differ or a search prints it."""
        name, text = self.text()
        lines = text.split("\n")
        how = self.chance.randrange(4)
        if how == 0:
            return "\n".join(f"{i:6}\t{line}" for i, line in enumerate(lines, 1))
        if how == 1:
            return f"--- a/{name}\n+++ b/{name}\n@@ -1,{len(lines)} +1,{len(lines)} @@\n" + \
                "\n".join(self.chance.choice(" +-") + line for line in lines)
        if how == 2:
            return "\n".join(f"src/{name}:{i}:{line}" for i, line in enumerate(lines, 1))
        return text

    def image(self):
        path = self.chance.choice(self.images)
        return f"image/{path.suffix[1:]}", base64.b64encode(path.read_bytes()).decode("ascii")


def blocks_conversation(excerpts, chance, size):
    """Content in typed blocks, tools as blocks of their own."""
    messages, used = [], 0
    while used < size:
        call = "toolu_01" + drawn(chance, 22)
        _, question = excerpts.text()
        shown = excerpts.as_tool_shows()
        content = [{"type": "text", "text": question[:2000]}]
        if excerpts.images and chance.random() < 0.04:
            kind, data = excerpts.image()
            content.append({"type": "image", "source": {"type": "base64", "media_type": kind,
                                                        "data": data}})
            used += len(data)
        messages += [
            {"role": "user", "content": content},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "Look at the file first.",
                 "signature": base64.b64encode(chance.randbytes(240)).decode("ascii")},
                {"type": "tool_use", "id": call, "name": "edit",
                 "input": {"path": "src/main", "new": excerpts.text()[1][:3000]}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call,
                                          "content": shown}]}]
        used += len(question) + len(shown)
    return {"model": "model-4", "max_tokens": 8192, "stream": True, "messages": messages,
            "metadata": {"user_id": f"user_{chance.randbytes(32).hex()}_session_{uuid_of(chance)}"}}


def strings_conversation(excerpts, chance, size):
    """Content as strings, arguments of tools as JSON in a string."""
    messages, used = [{"role": "system", "content": "You are a careful programmer."}], 0
    while used < size:
        call = "call_" + drawn(chance, 24)
        shown = excerpts.as_tool_shows()
        arguments = json.dumps({"command": ["sh", "-c", excerpts.text()[1][:1500]],
                                "workdir": "/srv/project"})
        messages += [
            {"role": "user", "content": excerpts.text()[1]},
            {"role": "assistant", "content": None, "tool_calls": [
                {"id": call, "type": "function",
                 "function": {"name": "shell", "arguments": arguments}}]},
            {"role": "tool", "tool_call_id": call, "content": json.dumps({"output": shown})}]
        used += len(shown) + len(arguments)
    return {"model": "model-4-mini", "messages": messages, "temperature": 0.2,
            "prompt_cache_key": uuid_of(chance), "user": drawn(chance, 20)}


def make_conversations(folder, texts, images, chance):
    excerpts = Excerpts(texts, [p for p in images if p.stat().st_size < 200_000], chance)
    going = True
    while going:
        make = chance.choice((blocks_conversation, strings_conversation))
        body = make(excerpts, chance, 1024 * chance.choice(BODY_KIB))
        # Python and most SDKs escape what is not ASCII; JavaScript does not.
        going = folder.add(json.dumps(body, ensure_ascii=chance.random() < 0.5,
                                      separators=chance.choice([(",", ":"), None])), ".json")


def make(folder, sizes, images, lists, sums, texts, say=print):
    """One folder of numbered files for each corpus."""
    seed = sizes["seed"]
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    say("  base64, hashes, UUIDs")
    make_base64(Folder(partial / "base64", sizes["base64_mb"]), images, random.Random(seed))
    make_hashes(Folder(partial / "hashes", sizes["hashes_mb"]), lists, sums,
                random.Random(seed + 1))
    make_uuids(Folder(partial / "UUIDs", sizes["uuids_mb"]), random.Random(seed + 2))
    say("  conversations")
    make_conversations(Folder(partial / "conversations", sizes["conversations_mb"]), texts,
                       images, random.Random(seed + 3))
    say("  attachments")
    make_attachments(Folder(partial / "attachments", sizes["attachments_mb"]), texts,
                     random.Random(seed + 4))
    partial.rename(folder)
