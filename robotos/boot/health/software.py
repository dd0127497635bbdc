"""What the system thinks and remembers with: llama.cpp, the model, the disk, its index, the policy."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import tempfile
from pathlib import Path

from robotos.boot.children import BootError
from robotos.boot.health.finding import Finding, Patient, State, asked_apart
from robotos.boot.places import policy_file, read_policy
from robotos.disk import DiskError, open_reader
from robotos.disk.reader import FILE

LEAST_SPACE = 100 * 2**20  # bytes
_LLAMA = "import llama_cpp; print(llama_cpp.__version__, 'mmap' if llama_cpp.llama_supports_mmap() else '')"
_MODEL = (
    "import sys; from pathlib import Path; from robotos.boot.children import BootError\n"
    "from robotos.boot.model import load_core\n"
    "try: load_core(Path(sys.argv[1]) if sys.argv[1] else None).engine.close()\n"
    "except BootError as error: print(error); sys.exit(1)\n"
    "print('it loads')"
)
_ENCODER = (
    "import sys; from robotos.cpu.engine import ModelError; from robotos.encoder.files import open_encoder\n"
    "try: encoder = open_encoder()\n"
    "except ModelError as error: print(error); sys.exit(1)\n"
    "one, other, third = encoder.embed(['tidy up the floor', 'clean the floor', 'what time is it'])\n"
    "knows = one @ other > one @ third\n"
    "print('it knows what is alike' if knows else 'it does not know what is alike')\n"
    "sys.exit(0 if knows else 1)"
)
_INDEX = (
    "import sys; from datetime import datetime; from pathlib import Path\n"
    "from robotos.clock import RealClock; from robotos.disk import open_disk\n"
    "disk = open_disk(Path(sys.argv[1]), RealClock())\n"
    "disk.remember('the spare key is in the blue vase', 'owner', datetime.now())\n"
    "disk.remember('the cat sleeps in the study', 'owner', datetime.now())\n"
    "found = disk.recall('where is the spare key')\n"
    "import chromadb\n"
    "print(chromadb.__version__ if found and 'key' in found[0].text else 'it does not find what it was given')\n"
    "sys.exit(0 if found and 'key' in found[0].text else 1)"
)


def llama(_patient: Patient) -> Finding:
    """The library that runs the model."""
    code, said = asked_apart(_LLAMA)
    if code == 0:
        return Finding("llama.cpp", State.OK, said, essential=True)
    state = State.MISSING if "ModuleNotFoundError" in said else State.BROKEN
    return Finding("llama.cpp", state, _death(code, said), "understanding words", _REBUILD, essential=True)


_REBUILD = (
    "CMAKE_ARGS=-DGGML_NATIVE=ON .venv/bin/python -m pip install --force-reinstall --no-cache-dir --no-deps "
    "--no-binary llama-cpp-python --constraint .ci/constraints.txt llama-cpp-python"
)


def model(patient: Patient) -> Finding:
    """The model file, its SHA-256, and whether it loads."""
    from robotos.cpu.models import bundled, sha256_of

    name = "model"
    try:
        file = patient.model or bundled().path
        digest = sha256_of(file)[:12]
    except (RuntimeError, OSError) as error:
        return Finding(name, State.MISSING, str(error), "understanding words", _RESTORE, essential=True)
    code, said = asked_apart(_MODEL, str(patient.model or ""))
    size = file.stat().st_size / 2**20
    if code == 0:
        detail = f"{file.name}, {size:.1f} MB, SHA-256 {digest}…, {said}"
        return Finding(name, State.OK, detail, essential=True)
    cure = _REBUILD if code < 0 else "name another file with --model" if patient.model else _RESTORE
    return Finding(name, State.BROKEN, _death(code, said), "understanding words", cure, essential=True)


_RESTORE = "git checkout -- robotos/cpu/weights   (or train it anew: make train)"


def encoder(_patient: Patient) -> Finding:
    """The sentence encoder, by which phrases like what was said are found."""
    from robotos.boot.exemplars import LOSS
    from robotos.encoder.files import PULL, read_card
    from robotos.encoder.places import cache_directory

    card = read_card()
    if card is None:
        return Finding(
            "encoder", State.MISSING, f"none in {cache_directory()}", LOSS, f"{PULL}   (25 MB; 84 MB are read)"
        )
    code, said = asked_apart(_ENCODER)
    if code == 0:
        return Finding("encoder", State.OK, f"{card.name}, {card.licence}, SHA-256 {card.sha256[:12]}…, {said}")
    return Finding("encoder", State.BROKEN, _death(code, said), LOSS, _REBUILD if code < 0 else PULL)


def disk(patient: Patient) -> Finding:
    """The home directory: writable, with space, and its database whole."""
    name, home = "disk", patient.home
    if not os.access(home, os.W_OK | os.X_OK):
        return Finding(
            name, State.BROKEN, f"{home} is not writable", "everything", f"sudo chown -R $USER {home}", essential=True
        )
    free = shutil.disk_usage(home).free
    if free < LEAST_SPACE:
        return Finding(
            name, State.BROKEN, f"{home} has {free / 2**20:.0f} MB left", "history and journal",
            f"df -h {home}   (then free some space, or name another directory with --home)", essential=True,
        )  # fmt: skip
    if not (home / FILE).is_file():
        return Finding(name, State.OK, f"{home}, new, {free / 2**30:.0f} GB free", essential=True)
    try:
        reader = open_reader(home)
        try:
            events, damage = reader.last_seq(), _damage(home / FILE)
        finally:
            reader.close()
    except DiskError as error:
        return Finding(name, State.BROKEN, str(error), "everything", f"robotos fsck --home {home}", essential=True)
    if damage:
        cure = f"mv {home / FILE} {home / FILE}.damaged   (or restore it from a backup)"
        return Finding(name, State.BROKEN, f"{home / FILE}: {damage}", "everything", cure, essential=True)
    return Finding(name, State.OK, f"{home}, {events} events, {free / 2**30:.0f} GB free", essential=True)


def _damage(file: Path) -> str:
    """What SQLite's quick check finds; "" for nothing."""
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=2.0)
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == ("ok",) else str(found[0] if found else "no answer")


def index(_patient: Patient) -> Finding:
    """Chroma, tried out on a throw-away disk."""
    with tempfile.TemporaryDirectory(prefix="robotos-doctor-") as directory:
        code, said = asked_apart(_INDEX, directory)
    if code == 0:
        return Finding("chroma", State.OK, f"{said}, finds what it was given")
    return Finding(
        "chroma", State.MISSING if "ModuleNotFoundError" in said else State.BROKEN, _death(code, said),
        "recall of remembered sentences", "make setup",
    )  # fmt: skip


def policy(patient: Patient) -> Finding:
    """The policy in force."""
    try:
        file = policy_file(patient.home)
        rules = read_policy(file)
    except BootError as error:
        return Finding(
            "policy", State.BROKEN, str(error), "all motion",
            f"$EDITOR {patient.home / 'policy.toml'}   (or delete it to use the default)", essential=True,
        )  # fmt: skip
    return Finding("policy", State.OK, f"{file}, {rules.motion.max_speed:g} m/s at most", essential=True)


def chosen(patient: Patient) -> Finding:
    """The models that the owner has chosen with `robotos models use`."""
    from robotos.boot.library.choice import read_choice

    choice = read_choice(patient.home)
    if choice.notices:
        loses = "what was chosen; what comes with robotos does the work"
        return Finding("chosen models", State.MISSING, "; ".join(choice.notices), loses, "robotos models list")
    names = [f"{role}: {model.name if model else 'built in'}" for role, model in choice.models.items()]
    return Finding("chosen models", State.OK, ", ".join(names) or "none beside what comes with robotos")


def _death(code: int, said: str) -> str:
    return f"it crashed: {signal.Signals(-code).name}" if code < 0 else said


QUESTIONS = (llama, model, encoder, chosen, disk, index, policy)
