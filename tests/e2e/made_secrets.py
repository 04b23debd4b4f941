"""Credentials in the formats that issuers use, made at run time: none stands in any file.

    token = github_token()    # "gh" + "p_" + 36 characters
"""

import base64
import random
import string
import subprocess
import zlib

ALNUM = string.ascii_letters + string.digits

_made = []


def made():
    """Every credential made by this process: none may stand in anything cork writes."""
    return list(_made)


def _random(alphabet, length):
    """Every character equally likely, and as many different ones as chance gives such a length."""
    while True:
        text = "".join(random.SystemRandom().choices(alphabet, k=length))
        if len(set(text)) >= min(len(alphabet), length) // 2:
            return text


def _keep(secret):
    _made.append(secret)
    return secret


def _base62(number, length):
    digits = string.digits + string.ascii_uppercase + string.ascii_lowercase
    text = ""
    for _ in range(length):
        number, digit = divmod(number, len(digits))
        text = digits[digit] + text
    return text


def github_token():
    """The last six characters are the CRC-32 of the others."""
    drawn = _random(ALNUM, 30)
    return _keep("gh" + "p_" + drawn + _base62(zlib.crc32(drawn.encode()), 6))


def anthropic_key():
    return _keep("sk-" + "ant-" + "api03-" + _random(ALNUM, 93) + "AA")


def aws_key_id():
    return _keep("AK" + "IA" + _random(string.ascii_uppercase + "234567", 16))


def gitlab_token():
    return _keep("gl" + "pat-" + _random(ALNUM, 20))


def private_key():
    made_key = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        capture_output=True, check=True, text=True)
    return _keep(made_key.stdout)


def spellings(secret):
    """The ways a careless program may print it."""
    raw = secret.encode()
    yield raw
    yield base64.b64encode(raw).rstrip(b"=")
    yield raw.hex().encode()
    if b"\n" in raw:
        yield from (line for line in raw.splitlines() if not line.startswith(b"-----"))
