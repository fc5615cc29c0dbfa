"""A mail server for the tests: Debian's aiosmtpd, with TLS and a password where they are wanted."""
import email
import email.policy
import pathlib
import ssl
import subprocess

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


def certificate(directory):
    """A key and a certificate of 127.0.0.1, signed by itself."""
    directory = pathlib.Path(directory)
    key, cert = directory / "mail.key", directory / "mail.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert], check=True, capture_output=True)
    return key, cert


class Handler:
    def __init__(self, server):
        self.server = server

    async def handle_RCPT(self, server, session, envelope, address, options):
        if (answer := self.server.answers.get(address)) is not None:
            self.server.refused.append(address)
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.server.received.append(Received(envelope))
        return "250 2.0.0 Ok: queued as T1"


class Received:
    def __init__(self, envelope):
        self.sender, self.to = envelope.mail_from, envelope.rcpt_tos
        self.message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.subject, self.text = str(self.message["Subject"]), self.message.get_content()


class MailServer:
    """`received`: what came, oldest first; `answers`: what is said to a recipient in place of 250."""

    def __init__(self, port=0, tls=None, password=None):
        self.received, self.refused, self.answers = [], [], {}
        options = {"hostname": "127.0.0.1", "port": port}
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls[1], tls[0])
            options |= {"tls_context": context, "require_starttls": True}
        if password:
            def check(server, session, envelope, mechanism, data):
                right = data.password == password.encode()
                return AuthResult(success=right, handled=right)
            options |= {"authenticator": check, "auth_required": True}

        class OnFreePort(Controller):
            def factory(self):
                return SMTP(self.handler, hostname="mail.test", **{key: value for key, value in self.SMTP_kwargs.items()})

            def _trigger_server(self):  # the port is known only now
                self.port = self.server.sockets[0].getsockname()[1]
                super()._trigger_server()

        self.controller = OnFreePort(Handler(self), **options)
        self.controller.start()
        self.port = self.controller.port

    def close(self):
        if self.controller is not None:
            self.controller.stop()
        self.controller = None
