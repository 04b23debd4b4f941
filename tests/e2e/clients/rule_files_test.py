"""Rules beside the builtin ones, with curl: a team's .gitleaks.toml and the group finance."""

import hashlib
import json
import secrets
import time

import made_secrets
from harness import ClientTest, Lab

# As people write them: blanks of any number, a word in another script.
TEAM_RULES = r"""
title = "our own"
[[rules]]
id = "team-key"
description = "A key of the team's"
regex = '''(?i)team[_-]?key["']?\s*[:=]\s*["']?([a-z0-9]{32})'''
keywords = ["team"]
[[rules]]
id = "team-word"
regex = '''(?i)парол[ья]\s*[:=]\s*([a-z0-9]{24})'''
keywords = ["парол"]
"""
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def wallet_key(changed=False):
    """Bitcoin's wallet import format: a byte, 32 of the key, one more, and four of a digest."""
    payload = b"\x80" + secrets.token_bytes(32) + b"\x01"
    digest = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    if changed:
        digest = bytes(byte ^ 1 for byte in digest)
    number, text = int.from_bytes(payload + digest, "big"), ""
    while number:
        number, digit = divmod(number, len(BASE58))
        text = BASE58[digit] + text
    return text


def card():
    """Digits of no card, of which the last makes Luhn's sum right."""
    digits = [4] + [secrets.randbelow(10) for _ in range(14)]
    total = sum(d if i % 2 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits))
    return "".join(map(str, [*digits, -total % 10]))


class RulesLab(Lab):
    def _config(self, *arguments):
        (self.folder / "team.toml").write_text(TEAM_RULES, encoding="utf-8")
        return super()._config(*arguments) + "rules: { files: [team.toml], groups: [finance] }\n"


class RuleFilesTest(ClientTest):
    programs = ("curl",)

    @classmethod
    def make_lab(cls):
        return RulesLab()

    def post(self, body):
        """(status, body)."""
        done = self.run_program("curl", "-sS", "--proxy", self.lab.proxy, "--cacert",
                                str(self.lab.ca), "-w", "%{stderr}%{http_code}", "--data-binary",
                                "@-", "-H", "Content-Type: application/json", self.lab.url("/echo"),
                                stdin=body.encode())
        return int(done.stderr[-3:]), done.stdout

    def findings(self, which):
        """Of the newest record that is one of `which`: their rules."""
        deadline = time.monotonic() + 10
        while not any(map(which, self.lab.records())) and time.monotonic() < deadline:
            time.sleep(0.05)
        records = [r for r in self.lab.records() if which(r)]
        self.assertTrue(records, "no such record in the log")
        return [finding["rule"] for finding in records[-1]["findings"]]

    def assert_passes(self, body):
        self.assertEqual(self.post(body)[0], 200)

    def assert_refused(self, body, secret, rule):
        since = self.mark()
        status, answer = self.post(body)
        self.assertEqual(status, 403, rule)
        self.assert_nothing_leaked(secret, since)
        refusal = json.loads(answer)["id"]
        self.assertIn(rule, self.findings(lambda r: r["id"] == refusal and r.get("findings")))

    def test_a_rule_of_the_teams_blocks_however_many_blanks_there_are(self):
        value = secrets.token_hex(16)
        for text in (f"TEAM_KEY={value}", f"team-key :\t  '{value}'", f'{{"team_key": "{value}"}}',
                     f"team_key{' ' * 200}=\n{value}", "x" * 100_000 + f" teamKey = {value}"):
            self.assert_refused(text, value, "team-key")
            self.assert_refused(json.dumps({"text": text}), value, "team-key")
        self.assert_passes("team_key = " + value[:31])

    def test_a_word_in_another_script_is_read_in_both_cases(self):
        value = secrets.token_hex(12)
        for word in ("пароль", "Пароля", "ПАРОЛЬ"):
            self.assert_refused(f"{word}: {value}", value, "team-word")
            self.assert_refused(json.dumps({"text": f"{word} = {value}"}), value, "team-word")
        self.assert_passes(f"паром: {value}")

    def test_a_wallets_key_is_refused_and_one_with_a_wrong_digest_is_not(self):
        key = wallet_key()
        self.assert_refused(json.dumps({"wallet": key}), key, "bitcoin-wif-key")
        self.assert_passes(json.dumps({"wallet": wallet_key(changed=True)}))

    def test_a_cards_number_is_recorded(self):
        number = card()
        self.assert_passes(json.dumps({"pan": number}))
        self.assertEqual(self.findings(lambda r: r.get("findings") and r["event"] == "close"),
                         ["payment-card"])
        self.assertNotIn(number, json.dumps(self.lab.records()))

    def test_the_builtin_rules_are_there_too(self):
        token = made_secrets.github_token()
        self.assert_refused(f"a {token} b", token, "github-token")
