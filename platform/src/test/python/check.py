"""Judges mails as they were received: check.py EXPECTED RECEIVED.

EXPECTED has a JSON object a line: what was sent, by Message-ID. RECEIVED is a folder of mails, each a file. Judges are
Python's `email` package under its strict policy, and dkimpy. Prints what is wrong; exit 1 when something is.
"""

import email
import email.header
import email.policy
import email.utils
import json
import pathlib
import re
import sys

import dkim

STRICT = email.policy.SMTP.clone(raise_on_defect=True)


def crlf(raw):
    return raw if b"\r\n" in raw else raw.replace(b"\n", b"\r\n")


def ended(raw):
    return raw.rstrip(b"\r\n") + b"\r\n"


def plain(text):
    return re.sub(r"\r\n?", "\n", text).rstrip("\n")


def name_of(raw):
    """The author's name by the older of the package's two readers: the newer one keeps the blank between two encoded
    words of a phrase, which RFC 2047 (6.2) ignores."""
    field = re.sub(r"\r\n(?=[ \t])", "", email.message_from_bytes(raw)["From"])
    phrase, _ = email.utils.parseaddr(field)
    return str(email.header.make_header(email.header.decode_header(phrase)))


def return_path(message):
    """Where the mail returns to: a header field of Postfix and receive.py, and one of smtp-sink's own."""
    return (message["Return-Path"] or message["X-Mail-Args"]).split(">")[0].lstrip("<")


def problems(raw, expected):
    sent = pathlib.Path(expected["sent"]).read_bytes()
    if not ended(raw).endswith(b"\r\n" + ended(sent)) and ended(raw) != ended(sent):
        yield "what came is not byte for byte what was sent"
    head = ended(sent).split(b"\r\n\r\n", 1)[0]
    for line in sent.split(b"\r\n"):
        if len(line) > 998:
            yield f"a line of {len(line)} bytes"
        if re.search(rb"[^\t\x20-\x7e]", line):
            yield f"a byte beyond printable ASCII in {line[:80]!r}"
    for line in head.split(b"\r\n"):
        if len(line) > 78 and re.search(rb"\S\s", re.sub(rb"^[\w-]+: *", b"", line).strip()):
            yield f"a header line of {len(line)} that could be folded: {line[:60]!r}"

    message = email.message_from_bytes(raw, policy=STRICT)
    for name in set(message.keys()):
        for value in message.get_all(name):
            str(value)
    once = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Unsubscribe"]
    for name in once + ["List-Unsubscribe-Post", "DKIM-Signature"]:
        if len(message.get_all(name, [])) != 1:
            yield f"{len(message.get_all(name, []))} headers {name}"
    author = message["From"].addresses[0]
    to = message["To"].addresses[0]
    for what, is_, should in [
        ("subject", message["Subject"], expected["subject"]),
        ("name of From", name_of(raw), expected["from_name"]),
        ("address of From", author.addr_spec, expected["from_email"]),
        ("To", to.addr_spec, expected["to"]),
        ("Reply-To", message["Reply-To"], expected["reply_to"]),
        ("List-Unsubscribe (RFC 2369)", message["List-Unsubscribe"], "<" + expected["unsubscribe"] + ">"),
        ("List-Unsubscribe-Post (RFC 8058)", message["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click"),
        ("plain text", plain(message.get_body(("plain",)).get_content()), plain(expected["text"])),
        ("HTML", plain(message.get_body(("html",)).get_content()), plain(expected["html"])),
        ("return path", return_path(message), expected["return_path"]),
        ("X-MailBlast-Message", message["X-MailBlast-Message"], expected["identifier"]),
        ("content type", message.get_content_type(), "multipart/alternative"),
    ]:
        if is_ != should:
            yield f"{what} is {str(is_)[:300]!r}, not {str(should)[:300]!r}"
    if message["Bcc"] is not None or message["X-Injected"] is not None:
        yield "a header that somebody injected"
    if message["Date"].datetime is None:
        yield "no date"

    asked = []
    def dns(name, timeout=5):
        asked.append(name)
        return expected["dkim_record"].encode()
    if not dkim.verify(raw, dnsfunc=dns):
        yield "the DKIM signature is not good"
    if asked != [expected["dkim_name"].encode() + b"."]:
        yield f"the DKIM key was looked for at {asked}"


def main():
    expected = {}
    for line in pathlib.Path(sys.argv[1]).read_text("utf-8").split("\n"):
        mail = json.loads(line)
        expected[mail["message_id"]] = mail
    wrong = 0
    seen = []
    for path in sorted(path for path in pathlib.Path(sys.argv[2]).rglob("*") if path.is_file()):
        raw = crlf(path.read_bytes())
        found = re.search(rb"(?mi)^Message-ID: *(\S+)", raw)
        key = found.group(1).decode() if found else ""
        if key not in expected:
            print(f"{path}: nobody sent {key!r}")
            wrong += 1
            continue
        seen.append(key)
        try:
            found = list(problems(raw, expected[key]))
        except Exception as e:  # A defect under the strict policy.
            found = [f"{type(e).__name__}: {e}"]
        for problem in found:
            print(f"{expected[key]['name']}: {problem}")
            wrong += 1
    for key in expected:
        if seen.count(key) != 1:
            print(f"{expected[key]['name']}: received {seen.count(key)} times")
            wrong += 1
    print(f"{len(seen)} mails, {wrong} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
