"""What was chosen with `robotos models use`, and what is done where that cannot be kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from robotos.boot.children import BootError
from robotos.boot.library.catalogue import MODELS, HubModel, Role
from robotos.boot.library.choice import choose, forget, read_choice
from robotos.boot.library.lock import Locked, LockedFile, read_lock, write_lock
from robotos.boot.library.store import remove
from robotos.boot.organs import best_recogniser, best_synthesiser
from robotos.cpu.models import sha256_of
from robotos.navigation.home import Home
from robotos.peripherals.sound import SoundError

CHAT, WHISPER, VOICE = MODELS["qwen2.5-0.5b"], MODELS["whisper-base.en"], MODELS["piper-cori"]
Put = Callable[[HubModel], None]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Put a model into the home, as a pull would."""

    def into(model: HubModel) -> None:
        directory = model.main_file(tmp_path).parent
        directory.mkdir(parents=True, exist_ok=True)
        files = {}
        for file in model.files:
            path = directory / file.name
            path.write_bytes(b"GGUF" + file.name.encode())
            files[file.path] = LockedFile(file.name, path.stat().st_size, sha256_of(path))
        write_lock(tmp_path, {**read_lock(tmp_path), model.name: Locked(model.repo, "c", model.licence, True, files)})

    return into


def test_nothing_is_chosen_at_first(tmp_path: Path) -> None:
    choice = read_choice(tmp_path)
    assert choice.models == {} and choice.notices == ()
    assert choice.file(Role.LARGER, tmp_path) is None and not choice.built_in(Role.LARGER)


def test_a_choice_is_kept_beside_the_others(tmp_path: Path, put: Put) -> None:
    for model in (CHAT, VOICE):
        put(model)
        assert choose(tmp_path, model.name) is model.role
    choice = read_choice(tmp_path)
    assert choice.models == {Role.LARGER: CHAT, Role.VOICE: VOICE} and choice.notices == ()
    assert choice.file(Role.LARGER, tmp_path) == CHAT.main_file(tmp_path)
    assert choose(tmp_path, "espeak") is Role.VOICE
    choice = read_choice(tmp_path)
    assert choice.models == {Role.LARGER: CHAT, Role.VOICE: None} and choice.built_in(Role.VOICE)


def test_what_is_not_here_or_not_whole_cannot_be_chosen(tmp_path: Path, put: Put) -> None:
    with pytest.raises(BootError, match=r"not on this machine; first: robotos models pull qwen2\.5-0\.5b"):
        choose(tmp_path, CHAT.name)
    put(CHAT)
    file = CHAT.main_file(tmp_path)
    file.write_bytes(file.read_bytes()[::-1])
    with pytest.raises(BootError, match="its SHA-256 differs"):
        choose(tmp_path, CHAT.name)
    with pytest.raises(BootError, match=r"no model 'gpt'.*known: smollm2-360m"):
        choose(tmp_path, "gpt")
    assert read_choice(tmp_path).models == {}


@pytest.mark.parametrize("damage", ["gone", "cut short", "never pulled"])
def test_a_chosen_model_that_is_lost_is_replaced_and_said(tmp_path: Path, put: Put, damage: str) -> None:
    put(CHAT)
    put(VOICE)
    choose(tmp_path, CHAT.name)
    choose(tmp_path, VOICE.name)
    file = CHAT.main_file(tmp_path)
    if damage == "gone":
        file.unlink()
    elif damage == "cut short":
        file.write_bytes(file.read_bytes()[:-1])
    else:
        write_lock(tmp_path, {name: one for name, one in read_lock(tmp_path).items() if name != CHAT.name})
    choice = read_choice(tmp_path)
    assert choice.models == {Role.LARGER: None, Role.VOICE: VOICE}
    (notice,) = choice.notices
    assert CHAT.name in notice and "the bundled model works alone until then" in notice
    assert "robotos models pull qwen2.5-0.5b" in notice
    choose(tmp_path, "espeak")
    put(CHAT)
    assert read_choice(tmp_path).models[Role.LARGER] == CHAT, "another choice does not forget the one that was lost"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("larger = ", "cannot be read"),
        ("\0", "cannot be read"),
        ('larger = "piper-cori"', "'piper-cori' is no larger; put one of smollm2-360m"),
        ("larger = 3", "'?3'? is no larger"),
        ('louder = "espeak"', "there is no 'louder'; known: larger, recogniser, voice"),
    ],
)
def test_a_damaged_choice_is_said_and_never_stops_the_robot(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "models.toml").write_text(text)
    choice = read_choice(tmp_path)
    assert not any(choice.models.values())
    (notice,) = choice.notices
    assert re.search(words, notice), notice
    assert choose(tmp_path, "bundled") is Role.LARGER
    assert read_choice(tmp_path).notices == (), "choosing again mends it"


def test_damaged_notes_count_as_a_lost_model(tmp_path: Path, put: Put) -> None:
    put(CHAT)
    choose(tmp_path, CHAT.name)
    (tmp_path / "models" / "lock.json").write_text("[]")
    choice = read_choice(tmp_path)
    assert choice.models == {Role.LARGER: None} and "lock.json is damaged" in choice.notices[0]


def test_what_is_removed_is_chosen_no_longer(tmp_path: Path, put: Put) -> None:
    put(CHAT)
    put(VOICE)
    choose(tmp_path, CHAT.name)
    assert not forget(tmp_path, VOICE) and forget(tmp_path, CHAT) and remove(CHAT, tmp_path)
    choice = read_choice(tmp_path)
    assert choice.models == {Role.LARGER: None} and choice.notices == ()
    assert not CHAT.main_file(tmp_path).parent.exists() and VOICE.main_file(tmp_path).exists()


def test_ears_and_mouth_are_those_chosen(tmp_path: Path, put: Put, cottage: Home) -> None:
    put(WHISPER)
    put(VOICE)
    choose(tmp_path, WHISPER.name)
    choose(tmp_path, VOICE.name)
    # Neither file is a real one: that it was opened at all shows in the refusal.
    with pytest.raises(BootError, match=r"Whisper|robotos\[voice\]"):
        best_recogniser(cottage, tmp_path)
    with pytest.raises(SoundError, match="Piper"):
        best_synthesiser(tmp_path)
    choose(tmp_path, "espeak")
    assert best_synthesiser(tmp_path).name == "espeak-ng"
