"""Reads inputs from a bucket and publishes weeks to one, with faults in the middle. Fails at the first difference."""

import base64
import hashlib
import json
import logging
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import boto3
from moto.server import ThreadedMotoServer
from proxy import Proxy

STARCITE = pathlib.Path(__file__).resolve().parents[2] / "target/debug/starcite"
PART = 8 * 1024 * 1024
WEEK = "2026-W47"
OWED = 75
INTERRUPTED = 130

os.environ |= {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "hush-hush", "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true"}
for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("STARCITE_")]:
    del os.environ[name]
logging.getLogger("werkzeug").setLevel(logging.ERROR)


def check(holds, what):
    if not holds:
        sys.exit(f"check_s3: FAILED: {what}")
    print(f"check_s3: {what}")


class Setting:
    """A server, a proxy in front of it, and a folder to run in."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        self.proxy = Proxy((host, port))
        self.s3 = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1")
        self.s3.create_bucket(Bucket="bucket")

    def start(self, *args):
        env = os.environ | {"AWS_ENDPOINT_URL": self.proxy.url, "STARCITE_NOW": "2026-12-07T12:00:00Z", "STARCITE_SOURCE_PAUSE_MS": "300"}
        return subprocess.Popen([STARCITE, *args], cwd=self.folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def starcite(self, *args, code=0):
        child = self.start(*args)
        stdout, stderr = child.communicate(timeout=60)
        if child.returncode != code:
            sys.exit(f"check_s3: FAILED: starcite {' '.join(args)} ended with {child.returncode}, not {code}:\n{stdout}{stderr}")
        if "hush-hush" in stdout + stderr:
            sys.exit(f"check_s3: FAILED: a secret was told by starcite {' '.join(args)}")
        return stdout + stderr

    def pipeline(self, path, place):
        (self.folder / path).write_text(f'name = "s3"\n[[source]]\nkind = "jsonl"\n{place}\n')

    def published(self):
        """Returns the objects under the prefix, by name, with their ETags."""
        listed = self.s3.list_objects_v2(Bucket="bucket", Prefix=f"weeks/week={WEEK}/").get("Contents", [])
        return {entry["Key"].removeprefix(f"weeks/week={WEEK}/"): entry["ETag"] for entry in listed}

    def check_described(self):
        """Checks that the files that describe the dataset are those of the folder, because both have the same week."""
        out = self.folder / "out"
        files = [path for folder in (out, out / "schemas") for path in folder.iterdir() if path.suffix in (".md", ".cff", ".json")]
        names = [path.relative_to(out).as_posix() for path in files if not path.name.startswith("state.db")]
        body = lambda name: self.s3.get_object(Bucket="bucket", Key=f"weeks/{name}")["Body"].read()
        check(len(names) > 6 and all(body(name) == (out / name).read_bytes() for name in names), "the dataset is described there as here")

    def end_abandoned_uploads(self):
        """Ends uploads that a killed or disconnected process could not end, as a lifecycle rule of the bucket does."""
        for upload in self.s3.list_multipart_uploads(Bucket="bucket").get("Uploads", []):
            self.s3.abort_multipart_upload(Bucket="bucket", Key=upload["Key"], UploadId=upload["UploadId"])

    def check_published(self, what):
        folder = self.folder / f"out/week={WEEK}"
        here = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        body = lambda name: self.s3.get_object(Bucket="bucket", Key=f"weeks/week={WEEK}/{name}")["Body"].read()
        there = {name: hashlib.sha256(body(name)).hexdigest() for name in self.published()}
        check(there == here, what)
        check("Uploads" not in self.s3.list_multipart_uploads(Bucket="bucket"), "  and no unfinished upload is left")


def corpus(papers):
    """Returns papers of noise, so large that one table is sent in parts."""
    noise = random.Random(papers)
    text = lambda: base64.urlsafe_b64encode(noise.randbytes(75_000)).decode()
    paper = lambda at: {"id": f"t:{at}", "title": f"Paper {at}", "abstract": f"Code: https://github.com/o/n{at} is ours. {text()}"}
    return "".join(json.dumps(paper(at)) + "\n" for at in range(papers)).encode()


def check_inputs(setting):
    s3, proxy, folder = setting.s3, setting.proxy, setting.folder
    body = corpus(125)
    s3.put_object(Bucket="bucket", Key="in/papers.jsonl", Body=body)
    (folder / "papers.jsonl").write_bytes(body)
    setting.pipeline("local.toml", 'path = "papers.jsonl"')
    setting.pipeline("s3.toml", 'url = "s3://bucket/in/papers.jsonl"')
    setting.starcite("run", "local.toml", "--week", WEEK, "--out", "local")

    proxy.break_after("down", 3_000_000)
    setting.starcite("run", "s3.toml", "--week", WEEK)
    gets = [path for method, path in proxy.requests if method == "GET"]
    check(proxy.cut and len(gets) == 2, "a download that was cut once goes on where it was")
    tables = lambda out: {table["table"]: table["rows"] for table in manifest(folder / out)["tables"]}
    blake3 = lambda out: manifest(folder / out)["inputs"][0]["blake3"]
    check(tables("out") == tables("local") and blake3("out") == blake3("local"), "the bucket's papers are those of the file")

    proxy.break_after("down", 3_000_000, for_good=True)
    said = setting.starcite("run", "s3.toml", "--week", WEEK, "--out", "cut", code=OWED)
    check("was cut off after" in said and not manifest(folder / "cut")["papers_complete"], "a download that never ends is owed")
    proxy.heal()
    setting.starcite("run", "s3.toml", "--week", WEEK, "--out", "cut")
    check(tables("cut") == tables("local") and blake3("cut") == blake3("local"), "the next run goes on with it")

    change = lambda: s3.put_object(Bucket="bucket", Key="in/papers.jsonl", Body=body[::-1])
    proxy.break_after("down", 3_000_000, then=change)
    said = setting.starcite("run", "s3.toml", "--week", WEEK, "--out", "changed", code=1)
    check("was changed while it was read" in said, "an object that changes on the way is an error")
    said = setting.starcite("extract", "s3://bucket/in/nothing.jsonl", code=1)
    check("s3://bucket/in/nothing.jsonl does not exist" in said, "a missing object is named")
    said = setting.starcite("extract", "s3://other/in/nothing.jsonl", code=1)
    check("no such bucket" in said, "a missing bucket is named")


def manifest(out):
    return json.loads((out / f"week={WEEK}/manifest.json").read_text())


def check_publishing(setting):
    proxy, folder = setting.proxy, setting.folder
    publish = lambda code=0: setting.starcite("publish", "s3://bucket/weeks", code=code)
    check((folder / f"out/week={WEEK}/papers.parquet").stat().st_size > PART, "a table is larger than a part")

    proxy.break_after("up", PART // 2, for_good=True)
    publish(code=OWED)
    check(proxy.cut and "manifest.json" not in setting.published(), "a publish that was cut for good is owed, and there is no manifest")

    def stop(how):
        proxy.break_after("up", PART // 2, silent=True)
        child = setting.start("publish", "s3://bucket/weeks")
        while not proxy.cut and child.poll() is None:
            time.sleep(0.01)
        child.send_signal(how)
        child.communicate(timeout=60)
        check(proxy.cut and "manifest.json" not in setting.published(), f"a publish that was ended by {how.name} leaves no manifest")
        return child.returncode

    stop(signal.SIGKILL)
    setting.end_abandoned_uploads()
    check(stop(signal.SIGINT) == INTERRUPTED, "  and says that it was interrupted")
    check("Uploads" not in setting.s3.list_multipart_uploads(Bucket="bucket"), "  and has ended its upload")

    proxy.break_after("up", PART // 2)
    publish()
    check(proxy.cut, "a publish that was cut once goes on by itself")
    setting.check_published("every object is the file, by its SHA-256")
    setting.check_described()
    check(setting.published()["papers.parquet"].strip('"').endswith("-2"), "the large table went in two parts")

    proxy.heal()
    before = setting.published()
    check("already there" in publish() and setting.published() == before, "a second publish changes nothing")
    check(all(method in ("GET", "HEAD") for method, _ in proxy.requests), "  and sends nothing")

    setting.s3.put_object(Bucket="bucket", Key="in/papers.jsonl", Body=corpus(127))
    for kept in (folder / f"out/cache/{WEEK}").iterdir():
        kept.unlink()
    setting.starcite("run", "s3.toml", "--week", WEEK)
    setting.s3.put_object(Bucket="bucket", Key=f"weeks/week={WEEK}/old.parquet", Body=b"of an older schema")
    proxy.break_after("up", PART // 2, for_good=True)
    publish(code=OWED)
    check("manifest.json" not in setting.published(), "the old manifest does not stand beside new data")
    setting.end_abandoned_uploads()
    proxy.heal()
    publish()
    setting.check_published("the changed week replaces the old one, and a table it no longer has is gone")
    wrote = [path for method, path in proxy.requests if method == "PUT"]
    check(wrote[-1].split("?")[0].endswith("manifest.json"), "the manifest is written last")


# The files of a report, with the media types that a browser needs.
REPORT = {
    f"{WEEK}/rows-0.js": "text/javascript; charset=utf-8",
    f"{WEEK}/week.json": "application/json",
    f"{WEEK}/papers.ndjson": "application/x-ndjson",
    f"{WEEK}/style.css": "text/css; charset=utf-8",
    f"{WEEK}/index.html": "text/html; charset=utf-8",
    "code.atom": "application/atom+xml",
    "index.html": "text/html; charset=utf-8",
}


def text_of(name):
    return '<meta name="generator" content="starcite report">' if name.endswith("index.html") else name


def check_report(setting):
    proxy, report = setting.proxy, setting.folder / "out/report"
    (report / WEEK).mkdir(parents=True)
    for name in REPORT:
        (report / name).write_text(text_of(name))
    key = lambda name: f"weeks/report/{name}"
    setting.s3.put_object(Bucket="bucket", Key=key(f"{WEEK}/rows-7.js"), Body=b"of an earlier report")
    proxy.heal()
    setting.starcite("publish", "s3://bucket/weeks", "--report")
    listed = setting.s3.list_objects_v2(Bucket="bucket", Prefix="weeks/report/")["Contents"]
    check({entry["Key"] for entry in listed} == {key(name) for name in REPORT}, "the report is there, without pieces of an earlier one")
    for name, media_type in REPORT.items():
        there = setting.s3.get_object(Bucket="bucket", Key=key(name))
        if (there["Body"].read().decode(), there["ContentType"]) != (text_of(name), media_type):
            check(False, f"{name} is what was sent, as {media_type}")
    wrote = [path.split("?")[0] for method, path in proxy.requests if method == "PUT"]
    check([path.split("/report/")[-1] for path in wrote[-3:]] == [f"{WEEK}/index.html", "code.atom", "index.html"], "the list of weeks is written last")
    proxy.heal()
    check("report    already there" in setting.starcite("publish", "s3://bucket/weeks", "--report"), "a second publish sends nothing of it")
    check(all(method in ("GET", "HEAD") for method, _ in proxy.requests), "  and writes nothing")


with tempfile.TemporaryDirectory() as folder:
    os.environ["STARCITE_OUT"] = "out"
    setting = Setting(folder)
    began = time.monotonic()
    check_inputs(setting)
    check_publishing(setting)
    check_report(setting)
    print(f"check_s3: all well, in {time.monotonic() - began:.0f} s")
