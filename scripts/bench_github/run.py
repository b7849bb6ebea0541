#!/usr/bin/env python3
"""Queries a server that behaves as GitHub's documentation describes, with starcite and with GitHub's own JavaScript client, and prints
figures from the server's log. Needs node and npm for the peer."""
import json, os, pathlib, resource, shutil, subprocess, sys, tempfile, time, urllib.request

TARGET = pathlib.Path("target/release")
PEER = "scripts/bench_github/peer.mjs"
# A hundred names take 0.15 s, with six counts half a second.
LATENCY = ["--base-us", "100000", "--repository-us", "500", "--connection-us", "600"]


class Server:
    def __init__(self, folder, names, *flags):
        self.file = folder / "names.txt"
        command = [TARGET / "fake-github", "--names", str(names), "--names-file", self.file, *flags]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def summary(self):
        with urllib.request.urlopen(self.url + "/_summary") as reply:
            return json.load(reply)


def starcite(server, folder, *args):
    command = [TARGET / "starcite", "enrich", server.file, "--github-url", server.url, "--out", folder / "out", "--output", folder / "rows.jsonl", *args]
    started = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, "GITHUB_TOKEN": "t"})
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"starcite ended with {code}")
    return time.monotonic() - started, usage.ru_maxrss / 1024


def measure(title, names, args, flags=(), peer=False):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with Server(folder, names, *flags) as server:
            seconds, megabytes = starcite(server, folder, "--wait", *args)
            log = server.summary()
        line = f"{title}: {seconds:.1f} s, {megabytes:.0f} MB, {log['points']} points ({100 * log['points'] / names:.2f} a hundred names), "
        line += f"{log['requests']} requests, at most {log['most_at_once']} at once, {log['response_seconds']:.1f} s of responses, "
        line += f"{log['refused']} refused by a limit, {log['sent_while_forbidden']} sent while forbidden, {log['answered_twice']} answered twice"
        print(line, flush=True)
        if peer:
            compare(folder, names, flags, seconds)


def compare(folder, names, flags, seconds):
    if not shutil.which("npm"):
        return print("  peer: skipped, npm is not there")
    with Server(folder, names, *flags) as server:
        peer = json.loads(subprocess.run(["scripts/node", PEER, server.url, server.file], check=True, capture_output=True, text=True).stdout)
        log = server.summary()
    print(f"  peer: {peer['seconds']:.1f} s, {peer['lost']} lost, {log['points']} points, {log['refused']} refused by a limit, "
          f"{log['sent_while_forbidden']} sent while forbidden; starcite takes {seconds / peer['seconds']:.2f} of its time", flush=True)


def main():
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    measure("scalars", 5000, [], LATENCY)
    measure("every GraphQL column", 5000, ["--columns", "activity,readme"])
    measure("counts", 5000, ["--columns", "activity"], LATENCY, peer=True)
    measure("counts, 5 % faults", 5000, ["--columns", "activity"], [*LATENCY, "--faults", "0.05"])
    if most > 5000:
        measure(f"{most} names, scalars and counts", most, ["--columns", "activity"], [*LATENCY, "--points", "50000"])
        measure("100000 names, scalars", 100_000, [], ["--points", "50000"])


if __name__ == "__main__":
    main()
