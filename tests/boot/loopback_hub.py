"""A hub on this machine: the parts of its interface that huggingface_hub uses, and the ways in which it can fail."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 1000  # bytes from which a file is kept outside git, and known by its SHA-256


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass
class Hub:
    """What it has, and how it behaves. `requests` are those for files: path and range asked for."""

    url: str = ""
    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)
    licence: str = "apache-2.0"
    sizes: dict[str, int] = field(default_factory=dict)  # told in place of the true ones
    break_after: list[int] = field(default_factory=list)  # bytes after which the next answers break off
    failing_ranges: bool = False  # whoever asks for the rest of a file is answered 503
    revisions: set[str] = field(default_factory=lambda: {"main", COMMIT})
    no_ranges: bool = False
    spoil: bool = False  # one bit is wrong in what is sent
    requests: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ranges(self) -> list[str]:
        """What was asked for, in order; "" for whole files."""
        return [wanted for path, wanted in self.requests if path.startswith("/cdn/")]


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None: ...

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def _answer(self, body: bool) -> None:
            path = unquote(urlsplit(self.path).path)
            if path.startswith("/api/models/"):
                self._described(*path.removeprefix("/api/models/").split("/revision/"))
                return
            if body:
                hub.requests.append((path, self.headers.get("Range", "")))
            if hub.failing_ranges and self.headers.get("Range"):
                self._plain(503, b"down")
            elif path.startswith("/cdn/"):
                self._content(next(c for files in hub.repos.values() for c in files.values() if sha256(c) == path[5:]))
            else:
                repo, _, rest = path[1:].partition("/resolve/")
                self._resolved(hub.repos[repo][rest.partition("/")[2]])

        def _described(self, repo: str, revision: str = "main") -> None:
            if repo not in hub.repos:
                self._plain(404, b"{}", {"X-Error-Code": "RepoNotFound"})
                return
            if revision not in hub.revisions:
                self._plain(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
                return
            siblings = []
            for path, content in hub.repos[repo].items():
                size = hub.sizes.get(path, len(content))
                one = {"rfilename": path, "size": size, "blobId": git_sha1(content)}
                if len(content) >= LARGE:
                    one["lfs"] = {"sha256": sha256(content), "size": size, "pointerSize": 134}
                siblings.append(one)
            described = {
                "id": repo, "modelId": repo, "sha": COMMIT, "private": False, "tags": [], "downloads": 0, "likes": 0,
                "siblings": siblings, "cardData": {"license": hub.licence},
            }  # fmt: skip
            self._plain(200, json.dumps(described).encode(), {"Content-Type": "application/json"})

        def _resolved(self, content: bytes) -> None:
            if len(content) < LARGE:
                self._content(content)
                return
            digest = sha256(content)
            self._plain(
                302, b"",
                {"Location": f"/cdn/{digest}", "X-Repo-Commit": COMMIT, "X-Linked-Etag": f'"{digest}"',
                 "X-Linked-Size": str(len(content)), "ETag": '"pointer"'},
            )  # fmt: skip

        def _content(self, content: bytes) -> None:
            begin, wanted = 0, self.headers.get("Range", "")
            if wanted and not hub.no_ranges:
                begin = int(wanted.removeprefix("bytes=").partition("-")[0])
            sent = content[begin:]
            if hub.spoil and sent:
                sent = sent[:-1] + bytes([sent[-1] ^ 1])
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(sent)))
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{git_sha1(content)}"')
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
            self.end_headers()
            if self.command == "HEAD":
                return
            if hub.break_after:
                sent = sent[: hub.break_after.pop(0)]
                self.close_connection = True
            self.wfile.write(sent)

        def _plain(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5.0)
