"""Sends digests to a real mail server (aiosmtpd) with STARTTLS and AUTH, with refusals, waits and connections that break, and reads the messages with
Python's own parser. Fails at the first difference."""

import base64
import email.policy
import html.parser
import logging
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARCITE = ROOT / "target/debug/starcite"
WEEK = "2025-W26"
NOW = "2025-07-01T12:00:00Z"
FAILED, REJECTED, OWED = 1, 3, 75
USER, PASSWORD = "starcite", "hush hush"

for name in [name for name in os.environ if name.startswith("STARCITE_")]:
    del os.environ[name]


def check(holds, what, shown=""):
    if not holds:
        sys.exit(f"check_mail: FAILED: {what}\n{shown}")
    print(f"check_mail: {what}")


class Post:
    """A handler that takes messages, and answers some recipients as it is told."""

    def __init__(self):
        self.messages = []
        self.at_rcpt = {}
        self.at_data = {}
        self.connections = 0
        self.began = threading.Event()

    async def handle_RCPT(self, server, session, envelope, address, options):
        reply = self.at_rcpt.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        (to,) = envelope.rcpt_tos
        self.began.set()
        reply = self.at_data.get(to, f"250 2.0.0 Ok: queued for {to}")
        if reply == "cut":
            server.transport.abort()
            return "250 never sent"
        if reply == "hang":
            self.messages.append((to, bytes(envelope.content)))
            time.sleep(4)
            return "250 too late"
        if reply.startswith("250"):
            self.messages.append((to, bytes(envelope.content)))
        return reply


class Server:
    """A mail server on this machine that wants STARTTLS and a user, or neither."""

    def __init__(self, folder, secured=True):
        self.post = Post()
        options = {}
        if secured:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
            options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": self.authenticate}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.controller = Controller(self.post, hostname="127.0.0.1", port=self.port, **options)
        self.controller.start()

    @staticmethod
    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    def stop(self):
        self.controller.stop()


class Setting:
    """A folder with the sample's week and a pipeline."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        shutil.copytree(ROOT / "pipelines", self.folder / "pipelines")
        self.pipeline = self.folder / "pipelines/sample.toml"
        self.plain = self.pipeline.read_text()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]
            + ["-keyout", self.folder / "key.pem", "-out", self.folder / "cert.pem"],
            check=True,
            capture_output=True,
        )
        (self.folder / "password").write_text(PASSWORD + "\n")
        (self.folder / "password").chmod(0o600)
        self.starcite("run", self.pipeline)

    def write(self, port, to, mail="", digest="", security="starttls"):
        secured = f'user = "{USER}"\npassword_file = "../password"\nca_file = "../cert.pem"\n' if security != "none" else ""
        (self.folder / "readers.txt").write_text("# who asked for it\n" + "\n".join(to) + "\n")
        self.pipeline.write_text(
            f'{self.plain}\n[mail]\nhost = "localhost"\nport = {port}\nsecurity = "{security}"\n{secured}{mail}\n'
            f'[[digest]]\nname = "all"\nfrom = "Starcite <digest@example.org>"\nto = "../readers.txt"\n{digest}\n'
        )

    def start(self, *args, **env):
        env = os.environ | {"STARCITE_NOW": NOW} | env
        return subprocess.Popen([STARCITE, *args], cwd=self.folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def starcite(self, *args, code=0, **env):
        child = self.start(*args, **env)
        stdout, stderr = child.communicate(timeout=120)
        if child.returncode != code:
            sys.exit(f"check_mail: FAILED: starcite {' '.join(map(str, args))} ended with {child.returncode}, not {code}:\n{stdout}{stderr}")
        if PASSWORD in stdout + stderr or base64.b64encode(PASSWORD.encode()).decode() in stdout + stderr:
            sys.exit(f"check_mail: FAILED: the password was told by starcite {' '.join(map(str, args))}")
        return stdout, stderr

    def send(self, *args, code=0, **env):
        return self.starcite("send", self.pipeline, "--yes", *args, code=code, **env)

    def forget(self):
        shutil.rmtree(self.folder / "output")
        self.starcite("run", self.pipeline)


def recipients(count):
    return [f"Reader {number} <reader{number}@example.net>" for number in range(count)]


def forty_of_whom_three_fail(setting):
    server = Server(setting.folder)
    setting.write(server.port, recipients(40) + ["READER7@example.net"], digest='unsubscribe_url = "https://example.org/leave?who={recipient}"')
    refused = ["reader3@example.net", "reader11@example.net", "reader29@example.net"]
    server.post.at_rcpt = {refused[0]: "550 5.1.1 nobody of that name: reader3@example.net", refused[1]: "553 5.1.3 bad address"}
    server.post.at_data = {refused[2]: "554 5.7.1 it looks like spam"}
    stdout, _ = setting.starcite("send", setting.pipeline)
    check("40 recipients" in stdout and "Nothing was sent" in stdout and not server.post.messages, "a dry run says who would get what, and sends nothing", stdout)
    stdout, stderr = setting.send(code=REJECTED)
    got = [to for to, _ in server.post.messages]
    check(len(got) == 37 and len(set(got)) == 37 and not set(got) & set(refused), "37 of 40 have it, each once; a recipient who is listed twice is one", got)
    check("sent to 37 recipients, 3 refused for good" in stdout, "the counts are told", stdout)
    check(all(re.search(f"{name}: refused for good: 55[0-9]", stderr) for name in refused), "who was refused is told, with the server's words", stderr)
    stdout, _ = setting.send(code=REJECTED)
    check("sent to 0 recipients, 37 had it before, 3 refused" in stdout and len(server.post.messages) == 37, "a second time sends to nobody", stdout)
    server.post.at_rcpt, server.post.at_data = {}, {}
    stdout, _ = setting.send("--again")
    check("sent to 3 recipients, 37 had it before" in stdout and len(server.post.messages) == 40, "--again sends to those who were refused", stdout)
    state = b"".join(file.read_bytes() for file in (setting.folder / "output/sample").glob("state.db*"))
    check(state and b"example.net" not in state, "the state names no recipient")
    messages_are_right(server.post.messages)
    setting.starcite("run", setting.pipeline, "--rebuild-state")
    stdout, _ = setting.send()
    check("40 had it before" in stdout, "a state that is rebuilt keeps who has what", stdout)
    for file in (setting.folder / "output/sample").glob("state.db*"):
        file.unlink()
    setting.starcite("run", setting.pipeline, "--rebuild-state")
    stdout, stderr = setting.send(code=REJECTED)
    check("sent to 0 recipients, 40 open" in stdout, "after a lost state nobody gets a second copy by itself", stdout + stderr)
    server.stop()


class Page(html.parser.HTMLParser):
    """The elements of an HTML part."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.styles, self.addresses = [], 0, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("href", "src", "background")]


def messages_are_right(messages):
    ids = set()
    for to, content in messages:
        message = email.message_from_bytes(content, policy=email.policy.default)
        check_quietly(not message.defects, f"{message.defects}")
        check_quietly(message["To"].addresses[0].addr_spec == to and message["From"].addresses[0].addr_spec == "digest@example.org", "from and to")
        check_quietly(message["Subject"].startswith(WEEK), message["Subject"])
        ids.add(message["Message-ID"])
        (line,) = [line for line in content.decode("ascii").splitlines() if line.startswith("List-Unsubscribe:")]
        check_quietly(line.endswith(">") and "<https://example.org/leave?who=" in line and "<mailto:" in line and "\n " not in line, line)
        check_quietly(message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and message["List-Id"] and message["Date"], "list headers")
        check_quietly(message.get_content_type() == "multipart/alternative", message.get_content_type())
        text, page = message.get_body(("plain",)), message.get_body(("html",))
        check_quietly(list(message.iter_parts()) == [text, page], "the plain text comes first")
        plain, parsed = text.get_content(), Page(page.get_content())
        check_quietly(parsed.tags.count("table") == 1 and not set(parsed.tags) & {"img", "script", "link", "style", "iframe", "form"}, parsed.tags)
        check_quietly(all(address.startswith(("https://", "http://", "mailto:")) for address in parsed.addresses), parsed.addresses)
        repositories = {address for address in parsed.addresses if "github.com" in address}
        check_quietly(repositories and all(address in plain for address in repositories), "the plain text is complete")
    check(len(ids) == len(messages), "every message parses, has its own id, its headers for lists on one line, one table and nothing that is loaded")


def check_quietly(holds, what):
    if not holds:
        sys.exit(f"check_mail: FAILED: {what}")


def waits_and_refusals(setting):
    server = Server(setting.folder)
    setting.forget()
    setting.write(server.port, recipients(3))
    server.post.at_rcpt = {"reader1@example.net": "451 4.7.1 greylisted, come back"}
    stdout, stderr = setting.send(code=OWED)
    check("2 recipients, 1 still owed" in stdout and "reader1@example.net: not taken yet" in stderr, "a wait is owed, and the others have it", stdout + stderr)
    server.post.at_rcpt = {}
    stdout, _ = setting.send()
    check("sent to 1 recipient, 2 had it before" in stdout and len(server.post.messages) == 3, "the same command goes on", stdout)
    setting.forget()
    server.post.at_data = {"reader1@example.net": "421 4.3.2 shutting down"}
    stdout, _ = setting.send(code=OWED)
    check("sent to 2 recipients, 1 still owed" in stdout, "a server that closes the connection is asked anew for the next one", stdout)
    setting.forget()
    server.post.at_rcpt, server.post.at_data = {"reader0@example.net": "421 4.7.0 not now"}, {}
    stdout, _ = setting.send(code=OWED)
    check("sent to 2 recipients, 1 still owed" in stdout, "one whom the server puts off keeps nobody else waiting", stdout)
    server.stop()
    stdout, stderr = setting.send(code=OWED)
    check("takes no connection" in stderr and "1 still owed" in stdout, "a server that is not there is owed", stdout + stderr)


def connections_break(setting):
    server = Server(setting.folder)
    setting.forget()
    setting.write(server.port, recipients(3))
    server.post.at_data = {"reader1@example.net": "cut"}
    stdout, stderr = setting.send(code=REJECTED)
    check("sent to 2 recipients, 1 open" in stdout and "reader1@example.net: the message may have been sent" in stderr, "a cut before 250 is open", stdout + stderr)
    server.post.at_data = {}
    before = len(server.post.messages)
    stdout, stderr = setting.send(code=REJECTED)
    check("1 open" in stdout and len(server.post.messages) == before, "what is open is said again, and not sent", stdout + stderr)
    stdout, _ = setting.send("--again")
    check("sent to 1 recipient, 2 had it before" in stdout and len(server.post.messages) == before + 1, "--again sends it", stdout)
    setting.forget()
    server.post.at_data = {"reader1@example.net": "hang"}
    server.post.messages.clear()
    server.post.began.clear()
    child = setting.start("send", setting.pipeline, "--yes")
    wait_for(lambda: any(to == "reader1@example.net" for to, _ in server.post.messages))
    child.send_signal(signal.SIGKILL)
    child.wait()
    time.sleep(4)
    server.post.at_data = {}
    stdout, stderr = setting.send(code=REJECTED)
    got = sorted(to for to, _ in server.post.messages)
    check("sent to 1 recipient, 1 had it before, 1 open" in stdout, "a kill between DATA and 250 leaves one open, and the others get theirs", stdout + stderr)
    check(got == [f"reader{number}@example.net" for number in range(3)], "after the kill nobody has it twice", got)
    server.stop()


def wait_for(holds):
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    sys.exit("check_mail: FAILED: what was waited for did not come")


def wrong_servers(setting):
    server = Server(setting.folder)
    setting.forget()
    setting.write(server.port, recipients(2))
    (setting.folder / "wrong").write_text("guess")
    (setting.folder / "wrong").chmod(0o600)
    _, stderr = setting.send("--password-file", setting.folder / "wrong", code=FAILED)
    check("does not accept the user starcite" in stderr and "guess" not in stderr, "a wrong password is an error that does not show it", stderr)
    stdout, _ = setting.starcite("doctor", setting.pipeline, "--password-file", setting.folder / "wrong", code=FAILED)
    check("fail  mail" in stdout and "guess" not in stdout, "starcite doctor says so before anything is sent", stdout)
    setting.pipeline.write_text(setting.pipeline.read_text().replace("../readers.txt", "../nobody.txt"))
    stdout, _ = setting.starcite("doctor", setting.pipeline, code=FAILED)
    check("fail  digest" in stdout and "nobody.txt" in stdout, "or that a list of recipients is not there", stdout)
    setting.write(server.port, recipients(2))
    stdout, _ = setting.starcite("doctor", setting.pipeline)
    check("takes the connection and the user" in stdout and not server.post.messages, "and what will work, without a message", stdout)
    text = setting.pipeline.read_text()
    setting.pipeline.write_text(text.replace('password_file = "../password"\n', ""))
    _, stderr = setting.send(code=FAILED)
    check("STARCITE_SMTP_PASSWORD" in stderr, "a missing password is an error with the ways to give one", stderr)
    setting.send(STARCITE_SMTP_PASSWORD=PASSWORD)
    check(len(server.post.messages) == 2, "the password may come from the environment")
    setting.pipeline.write_text(text.replace('ca_file = "../cert.pem"\n', ""))
    setting.forget()
    _, stderr = setting.send(code=FAILED)
    check("certificate" in stderr and "ca_file" in stderr, "a certificate that nobody vouches for is an error", stderr)
    server.stop()
    plain = Server(setting.folder, secured=False)
    setting.write(plain.port, recipients(2))
    _, stderr = setting.send(code=FAILED)
    check("does not offer STARTTLS" in stderr and not plain.post.messages, "a server without STARTTLS gets nothing", stderr)
    setting.write(plain.port, recipients(2), security="none")
    setting.send()
    check(len(plain.post.messages) == 2, "a server on this machine may be without TLS")
    plain.stop()


def what_is_mailed_is_also_written(setting):
    stdout, _ = setting.starcite("digest", setting.pipeline)
    folder = setting.folder / "output/sample/digest" / WEEK
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    setting.starcite("digest", setting.pipeline)
    check(first == {path.name: path.read_bytes() for path in folder.iterdir()} and set(first) == {"all.eml", "all.md"}, "the same week gives the same files")
    message = email.message_from_bytes(first["all.eml"], policy=email.policy.default)
    check(not message.defects and message["To"].addresses[0].addr_spec == "digest@example.org", "the file is a message to its sender")
    setting.write(1, recipients(1), digest='categories = ["no.such"]')
    stdout, _ = setting.starcite("digest", setting.pipeline)
    check("nothing to tell" in stdout and {path.name for path in folder.iterdir()} == {"all.md"}, "a digest with nothing to tell is no message", stdout)
    stdout, _ = setting.send()
    check("nothing to tell" in stdout, "nothing to tell is no mail, and a line that says so: no server is asked", stdout)
    template = setting.folder / "own.html"
    template.write_text("{% for item in best %}{% for _ in range(60) %}<p>{{ item.title }}</p>{% endfor %}{% endfor %}")
    setting.write(1, recipients(1), digest='papers = 60\ntemplate = "../own.html"')
    _, stderr = setting.starcite("digest", setting.pipeline, code=FAILED)
    fits = int(re.search(r"set papers = (\d+)", stderr).group(1))
    setting.write(1, recipients(1), digest=f'papers = {fits}\ntemplate = "../own.html"')
    setting.starcite("digest", setting.pipeline)
    setting.write(1, recipients(1), digest=f'papers = {fits + 1}\ntemplate = "../own.html"')
    setting.starcite("digest", setting.pipeline, code=FAILED)
    template.write_text("<p>{{ week }}</p>\n<p>{% for item in best %}{{ item.tilte }}{% endfor %}</p>\n")
    _, stderr = setting.starcite("digest", setting.pipeline, code=FAILED)
    check("own.html, line 2" in stderr and "item.tilte" in stderr, "a template that names a wrong field is an error with its line", stderr)
    template.write_text("<p>{{ week }}</p>\n{% if changed %}{{ wrong }}{% endif %}\n")
    _, stderr = setting.starcite("digest", setting.pipeline, code=FAILED)
    check("own.html, line 2" in stderr and "wrong" in stderr, "also where the week does not reach it", stderr)
    check(True, f"a message that readers would cut is refused with the number that fits, {fits}")


def main():
    warnings.simplefilter("ignore", DeprecationWarning)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(folder)
        forty_of_whom_three_fail(setting)
        waits_and_refusals(setting)
        connections_break(setting)
        wrong_servers(setting)
        what_is_mailed_is_also_written(setting)


main()
