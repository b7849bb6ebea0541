#!/usr/bin/env python3
"""Tests live.py on this machine: replies that are read, one that is not, and no network."""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPLIES = {
    "/repos/": {"id": 1, "full_name": "rust-lang/cargo", "private": False, "topics": []},
    "/api/papers/search": [{"paper": {"id": "2406.00001", "title": "A title", "summary": "A summary"}}],
    "/api/daily_papers": [{"paper": {"id": "2406.00001", "title": "A title", "summary": "A summary", "publishedAt": "2026-06-01T00:00:00Z"}}],
    "/works": {"status": "ok", "message": {"something": "else"}},
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        reply = next((reply for start, reply in REPLIES.items() if self.path.startswith(start)), None)
        body = json.dumps(reply).encode()
        self.send_response(200 if reply else 404)
        for name, value in [("content-type", "application/json"), ("x-ratelimit-remaining", "42"), ("set-cookie", "hush"), ("content-length", len(body))]:
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Live(unittest.TestCase):
    def live(self, upstream, *names):
        with tempfile.TemporaryDirectory() as folder:
            environment = {name: value for name, value in os.environ.items() if not name.endswith(("_TOKEN", "_API_KEY")) and not name.lower().endswith("_proxy")}
            ended = subprocess.run(
                [sys.executable, ROOT / "scripts/live.py", "--to", folder, *names], env={**environment, "LIVE_UPSTREAM": upstream}, capture_output=True, text=True
            )
            return ended.returncode, ended.stdout, {path.name: path.read_text() for path in Path(folder).iterdir()}

    def test_replies_are_kept_and_read(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        upstream = f"http://127.0.0.1:{server.server_port}"
        code, said, kept = self.live(upstream, "github-rest", "hf-search", "hf-daily")
        self.assertEqual(code, 0, said)
        self.assertIn("3 services, 0 not read, 0 not reached", said)
        self.assertIn("x-ratelimit-remaining: 42", said)
        self.assertEqual(json.loads(kept["hf-search.reply"]), REPLIES["/api/papers/search"])
        self.assertNotIn("hush", "".join(kept.values()))
        code, said, _ = self.live(upstream, "crossref", "zenodo", "hf-search")
        self.assertEqual(code, 1, said)
        self.assertEqual(said.count("NOT READ"), 2, said)

    def test_no_network_is_said_of_each(self):
        code, said, kept = self.live("http://127.0.0.1:9", "github-rest", "arxiv-oai", "crossref")
        self.assertEqual((code, said.count("not reached: "), kept), (75, 3, {}), said)


if __name__ == "__main__":
    unittest.main()
