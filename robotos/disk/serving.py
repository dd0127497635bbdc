"""The process that owns a live robot's index: opens it, answers, and is gone as soon as whoever asks is.

`python -m robotos.disk.serving HOME`, with one JSON object a line on its standard input and output:
`{"search": number, "query", "limit"}` is answered by `{"answer": number, "ids", "rebuilt"}`, `{"close"}` by
`{"token", "applied"}`; `{"catch_up"}` by nothing. `{"ready", "rebuilt"}` comes first, once it is open.
"""

from __future__ import annotations

import fcntl
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from robotos.disk.errors import DiskError
from robotos.disk.index import ChromaIndex
from robotos.disk.reader import open_reader

LOCK = "index.lock"  # a robot that was killed leaves this process a moment longer: its successor waits


def serve(home: Path, asked: BinaryIO, said: BinaryIO) -> int:
    """Answer the requests on `asked` until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's: the kernel says when to close
    requests: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, requests), daemon=True).start()
    lock = os.open(home / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)  # ends with its holder, which ends with its asker
    reader = open_reader(home)
    index = ChromaIndex(home, reader)
    try:
        index.open()
        _say(said, {"ready": True, "rebuilt": _taken(index)})
        while True:
            request = requests.get()
            if "close" in request:
                closed = index.close()
                _say(
                    said, {"token": closed.token, "applied": closed.applied} if closed else {"token": "", "applied": 0}
                )
                return 0
            if "catch_up" in request:
                index.catch_up()
            else:
                ids = index.search(request["query"], request["limit"])
                _say(said, {"answer": request["search"], "ids": ids, "rebuilt": _taken(index)})
    except DiskError as error:
        print(f"index: {error}", file=sys.stderr, flush=True)
        return 1
    finally:
        reader.close()


def _listen(asked: BinaryIO, requests: queue.SimpleQueue[Mapping[str, Any]]) -> None:
    closing = False
    for line in asked:
        request = json.loads(line)
        closing = closing or "close" in request
        requests.put(request)
    if not closing:
        os._exit(0)  # nobody is left to answer, and what was not closed is built anew


def _taken(index: ChromaIndex) -> list[str]:
    found, index.rebuilt = index.rebuilt, []
    return found


def _say(said: BinaryIO, message: Mapping[str, object]) -> None:
    said.write(json.dumps(message).encode() + b"\n")
    said.flush()


if __name__ == "__main__":
    code = serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
    sys.stderr.flush()
    os._exit(code)  # not through the interpreter's end: a thread still listens
