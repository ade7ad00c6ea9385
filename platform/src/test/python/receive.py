"""A mail server of aiosmtpd that keeps every mail as it came, with its return path (RFC 5321, 4.4):
receive.py PORT FOLDER MAILS_PER_CONNECTION.

Runs until its standard input ends. After so many mails on a connection it answers 421 and closes.
"""

import asyncio
import pathlib
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Keeper:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        path = b"Return-Path: <" + envelope.mail_from.encode() + b">\r\n"
        (self.folder / f"{self.count}.eml").write_bytes(path + envelope.original_content)
        return f"250 2.0.0 Ok: queued as {self.count}"


class Closing(SMTP):
    most = 0
    taken = 0

    async def smtp_MAIL(self, arg):
        if self.most and self.taken >= self.most:
            await self.push("421 4.7.0 enough mails on this connection")
            self.transport.close()
            return
        self.taken += 1
        await super().smtp_MAIL(arg)


class Relay(Controller):
    def __init__(self, handler, most, **arguments):
        super().__init__(handler, **arguments)
        self.most = most

    def factory(self):
        server = Closing(self.handler, data_size_limit=10_000_000)
        server.most = self.most
        return server


if __name__ == "__main__":
    port, folder, most = int(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    relay = Relay(Keeper(folder), most, hostname="127.0.0.1", port=port)
    relay.start()
    sys.stdin.read()
    relay.stop()
