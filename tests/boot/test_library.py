"""Models from the hub, against a hub on this machine: through huggingface_hub as it is, over real sockets."""

from __future__ import annotations

import fcntl
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from robotos.boot.children import BootError
from robotos.boot.library.catalogue import MODELS, HubFile, HubModel, Role
from robotos.boot.library.hub import HubError
from robotos.boot.library.lock import read_lock
from robotos.boot.library.store import missing, pull, remove
from tests.boot.loopback_hub import COMMIT, Hub, serving, sha256

WEIGHTS = random.Random(4).randbytes(300_000)
CONFIG = b'{"rate": 22050}'
KNOWN = HubModel(
    "small", Role.LARGER, "a test", "somebody/small-GGUF", COMMIT, "Apache-2.0", "https://licence", "apache-2.0",
    "chat/small", (HubFile("config.json"), HubFile("deep/small.gguf", len(WEIGHTS), sha256(WEIGHTS))),
)  # fmt: skip
UNKNOWN = replace(KNOWN, revision="main", files=(HubFile("config.json"), HubFile("deep/small.gguf")))


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """huggingface_hub writes what has come 10 MB at a time; nothing here is so large."""
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 10_000)


@pytest.fixture
def hub() -> Iterator[Hub]:
    repos = {KNOWN.repo: {"config.json": CONFIG, "deep/small.gguf": WEIGHTS, "README.md": b"# small"}}
    with serving(Hub(repos=repos)) as running:
        yield running


def at(hub: Hub) -> Mapping[str, str]:
    return {"HF_ENDPOINT": hub.url}


def target(home: Path) -> Path:
    return home / "models" / "chat" / "small" / "small.gguf"


def parts(home: Path) -> list[Path]:
    return sorted((home / "models").rglob("*.part"))


def test_a_model_is_fetched_checked_and_noted(hub: Hub, tmp_path: Path) -> None:
    told: list[str] = []
    assert missing(KNOWN, tmp_path) == "small is not on this machine"
    locked = pull(KNOWN, tmp_path, told.append, at(hub))
    assert target(tmp_path).read_bytes() == WEIGHTS and target(tmp_path).with_name("config.json").read_bytes() == CONFIG
    assert read_lock(tmp_path) == {"small": locked}
    assert (locked.commit, locked.licence, locked.files["deep/small.gguf"].sha256) == (
        COMMIT, "Apache-2.0", sha256(WEIGHTS)
    )  # fmt: skip
    assert missing(KNOWN, tmp_path) == "" and parts(tmp_path) == []
    assert "fetching small.gguf (0.3 MB)" in told


def test_what_is_here_and_whole_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    pull(KNOWN, tmp_path, environment=at(hub))
    hub.requests.clear()
    pull(KNOWN, tmp_path, environment=at(hub))
    assert hub.requests == []
    target(tmp_path).write_bytes(WEIGHTS[:-1])
    assert "damaged" in missing(KNOWN, tmp_path)
    pull(KNOWN, tmp_path, environment=at(hub))
    assert target(tmp_path).read_bytes() == WEIGHTS and missing(KNOWN, tmp_path) == ""


def test_a_broken_connection_is_taken_up_where_it_broke(hub: Hub, tmp_path: Path) -> None:
    pull(replace(KNOWN, files=KNOWN.files[:1]), tmp_path, environment=at(hub))
    hub.break_after = [100_000]
    pull(KNOWN, tmp_path, environment=at(hub))
    assert hub.ranges == ["", "bytes=100000-"]
    assert target(tmp_path).read_bytes() == WEIGHTS


def test_a_later_pull_goes_on_with_what_an_earlier_one_left(hub: Hub, tmp_path: Path) -> None:
    pull(replace(KNOWN, files=KNOWN.files[:1]), tmp_path, environment=at(hub))
    _interrupted(hub, tmp_path)
    assert not target(tmp_path).exists() and missing(KNOWN, tmp_path)
    (part,) = parts(tmp_path)
    assert part.read_bytes() == WEIGHTS[:100_000]
    hub.requests.clear()
    pull(KNOWN, tmp_path, environment=at(hub))
    assert hub.ranges == ["bytes=100000-"]
    assert target(tmp_path).read_bytes() == WEIGHTS and parts(tmp_path) == []


def _interrupted(hub: Hub, home: Path) -> None:
    """Leave 100,000 bytes of the weights behind, as a process that ended would."""
    hub.break_after, hub.failing_ranges = [100_000], True
    with pytest.raises(HubError, match=r"answered 503 .* what has come so far is kept"):
        pull(KNOWN, home, environment=at(hub))
    hub.failing_ranges = False


def test_a_hub_that_cannot_go_on_sends_everything_again(hub: Hub, tmp_path: Path) -> None:
    pull(replace(KNOWN, files=KNOWN.files[:1]), tmp_path, environment=at(hub))
    _interrupted(hub, tmp_path)
    hub.no_ranges = True
    pull(KNOWN, tmp_path, environment=at(hub))
    assert target(tmp_path).read_bytes() == WEIGHTS


def test_a_file_that_arrives_damaged_is_refused_and_deleted(hub: Hub, tmp_path: Path) -> None:
    pull(replace(KNOWN, files=KNOWN.files[:1]), tmp_path, environment=at(hub))
    hub.spoil = True
    for model in (KNOWN, UNKNOWN):
        with pytest.raises(HubError, match="arrived damaged"):
            pull(model, tmp_path, environment=at(hub))
        assert not target(tmp_path).exists() and parts(tmp_path) == []
    assert "was never fetched" in missing(KNOWN, tmp_path)


def test_a_small_file_is_checked_by_what_git_knows_of_it(hub: Hub, tmp_path: Path) -> None:
    hub.spoil = True
    with pytest.raises(HubError, match=r"config\.json arrived damaged"):
        pull(KNOWN, tmp_path, environment=at(hub))
    assert list((tmp_path / "models").rglob("*")) == [tmp_path / "models" / "chat", target(tmp_path).parent]


def test_another_file_in_place_of_the_known_one_is_refused_before_it_is_fetched(hub: Hub, tmp_path: Path) -> None:
    hub.repos[KNOWN.repo]["deep/small.gguf"] = WEIGHTS[::-1]
    with pytest.raises(HubError, match="is not what it was"):
        pull(KNOWN, tmp_path, environment=at(hub))
    assert hub.requests == []


def test_a_sum_that_was_not_known_is_kept_from_the_first_time_on(hub: Hub, tmp_path: Path) -> None:
    locked = pull(UNKNOWN, tmp_path, environment=at(hub))
    assert not locked.vouched and locked.files["deep/small.gguf"].sha256 == sha256(WEIGHTS)
    hub.repos[KNOWN.repo]["deep/small.gguf"] = WEIGHTS[::-1]
    with pytest.raises(HubError, match=r"is not what it was .*`robotos models remove small`"):
        pull(UNKNOWN, tmp_path, environment=at(hub))
    assert target(tmp_path).read_bytes() == WEIGHTS
    assert remove(UNKNOWN, tmp_path) and not remove(UNKNOWN, tmp_path)
    assert pull(UNKNOWN, tmp_path, environment=at(hub)).files["deep/small.gguf"].sha256 == sha256(WEIGHTS[::-1])


def test_what_the_hub_has_not_is_said(hub: Hub, tmp_path: Path) -> None:
    for model, words in (
        (replace(KNOWN, repo="nobody/nothing"), "there is no nobody/nothing"),
        (replace(KNOWN, revision="f" * 40), "there is no somebody/small-GGUF at ffff"),
        (replace(KNOWN, files=(HubFile("other.gguf"),)), "has no other.gguf"),
    ):
        with pytest.raises(HubError, match=words) as raised:
            pull(model, tmp_path, environment=at(hub))
        assert "robotos models list" in str(raised.value)


def test_another_licence_than_the_one_shown_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.licence = "cc-by-nc-4.0"
    with pytest.raises(HubError, match="another licence"):
        pull(KNOWN, tmp_path, environment=at(hub))
    assert hub.requests == []


def test_without_a_network_it_says_what_to_do(tmp_path: Path) -> None:
    with serving(Hub()) as gone:
        pass
    with pytest.raises(HubError, match=r"cannot be reached.*see to the network and pull again"):
        pull(KNOWN, tmp_path, environment=at(gone))


def test_without_room_nothing_is_begun(hub: Hub, tmp_path: Path) -> None:
    hub.sizes["deep/small.gguf"] = 10**16
    pull(replace(KNOWN, files=KNOWN.files[:1]), tmp_path, environment=at(hub))
    hub.requests.clear()
    with pytest.raises(HubError, match="free some space"):
        pull(KNOWN, tmp_path, environment=at(hub))
    assert hub.requests == []


def test_two_pulls_of_one_file_do_not_mix(hub: Hub, tmp_path: Path) -> None:
    pull(replace(KNOWN, files=KNOWN.files[:1]), tmp_path, environment=at(hub))
    _interrupted(hub, tmp_path)
    (part,) = parts(tmp_path)
    with part.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(HubError, match="is being fetched already"):
            pull(KNOWN, tmp_path, environment=at(hub))
    pull(KNOWN, tmp_path, environment=at(hub))
    assert target(tmp_path).read_bytes() == WEIGHTS


def test_damaged_notes_are_not_made_anew_by_themselves(hub: Hub, tmp_path: Path) -> None:
    pull(UNKNOWN, tmp_path, environment=at(hub))
    (tmp_path / "models" / "lock.json").write_text("{")
    with pytest.raises(BootError, match=r"lock\.json is damaged"):
        pull(UNKNOWN, tmp_path, environment=at(hub))


def test_the_list_is_short_licensed_and_consistent() -> None:
    assert {model.role for model in MODELS.values()} == set(Role)
    for model in MODELS.values():
        assert model.licence_at.startswith("https://") and model.repo_licence in {"apache-2.0", "mit"}
        assert len({file.name for file in model.files}) == len(model.files)
        for file in model.files:
            assert len(file.sha256) in {0, 64} and int(file.sha256 or "0", 16) >= 0
        assert all(file.sha256 for file in model.files) or model.name == "piper-cori"
        assert len(model.revision) == 40 or model.repo == "rhasspy/piper-voices"
    assert sum(model.role is Role.LARGER for model in MODELS.values()) in range(3, 6)
