from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from robotos.cpu.isa import Compact
from robotos.encoder import convert, files
from robotos.kernel.syscalls import TABLE
from robotos.training import corpus, homes, tokenizer
from robotos.training.export import Vocabulary
from robotos.training.pool import Pool, build_pool

PHRASES = """
- intent: clean_room
  calls: ["clean {room}"]
  lines: |
    clean the {room}
    please clean the {room}
    the {room} needs a clean
- intent: clean_all_but
  calls: ["clean all but {room}"]
  lines: |
    clean everything but the {room}
- intent: anyway
  calls: ["clean {room} force"]
  context:
    - {user: "clean the {room}", call: "clean {room}", result: EALREADY}
  lines: |
    do it anyway
    i don't care
- intent: fetch
  calls: ["fetch {thing} from {place} to {me}"]
  lines: |
    bring {me} the {thing} from the {place}
- intent: put
  calls: ["put {place}"]
  state: {holding: true}
  lines: |
    put it on the {place}
- intent: correct
  calls: ["kill current", "clean {room2}"]
  context:
    - {user: "clean the {room}", call: "clean {room}", result: OK}
  state: {doing: "clean {room}"}
  lines: |
    no the {room2}
- intent: confirm
  calls: ["clean {room}"]
  context:
    - {call: "clean {room}", result: EAGAIN}
  lines: |
    yes
- intent: later
  calls: ["schedule {time} every {duration} do clean {room}"]
  lines: |
    every {duration} {time} clean the {room}
- intent: say
  calls: ["say {text} to {person}"]
  lines: |
    tell {person} that {text}
"""
SLOTS = """
time: [at nine, at half past three]
period: [day, week]
duration: [ten minutes]
text: [dinner is ready]
fact: [the wifi password is blue]
topic: [the plumber]
"""

ENGLISH = ("the", "clean", "garden", "sweep", "kitchen", "##ing", "##ed", "##er", "scrub", "room")
ATTENTION = ("self.query", "self.key", "self.value", "output.dense")


@pytest.fixture(scope="session")
def phrases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("phrases")
    (directory / "words").mkdir()
    (directory / "phrases.yaml").write_text(PHRASES)
    (directory / "words" / "slots.yaml").write_text(SLOTS)
    return directory


@pytest.fixture(scope="session")
def entries(phrases: Path) -> tuple[corpus.Entry, ...]:
    return corpus.load(phrases)


@pytest.fixture(scope="session")
def pool(phrases: Path, entries: tuple[corpus.Entry, ...]) -> Pool:
    keep = {line: True for entry in entries for line in entry.lines}
    return build_pool(entries, homes.written()[:1], corpus.fillers(phrases), 4, keep, random.Random(1))


@pytest.fixture(scope="session")
def vocabulary(pool: Pool) -> Vocabulary:
    words = [f" {w}" for said in pool.lines.values() for u in said for w in u.words if isinstance(w, str)]
    return tokenizer.choose([*words, "at idle doing paused holding from"], ENGLISH)[0]


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sentence encoder as the real one is kept, small and knowing nothing."""
    directory = tmp_path_factory.mktemp("encoder")
    rng = np.random.default_rng(1)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [*"abcdefghijklmnopqrstuvwxyz'"]
    pieces = [*special, *letters, *(f"##{letter}" for letter in letters), *ENGLISH]
    width, inner = 64, 128
    sizes = {"word": len(pieces), "position": 64, "token_type": 2}
    tensors = {f"embeddings.{n}_embeddings.weight": (rows, width) for n, rows in sizes.items()}
    block = "encoder.layer.0."
    tensors |= {f"{block}attention.{name}.weight": (width, width) for name in ATTENTION}
    tensors |= {f"{block}intermediate.dense.weight": (inner, width), f"{block}output.dense.weight": (width, inner)}
    made = {name: (rng.standard_normal(size) / 8).astype(np.float32) for name, size in tensors.items()}
    made |= {name.replace(".weight", ".bias"): np.zeros(size[0], np.float32) for name, size in tensors.items()}
    for norm in ("embeddings", f"{block}attention.output", f"{block}output"):
        made[f"{norm}.LayerNorm.weight"] = np.ones(width, np.float32)
        made[f"{norm}.LayerNorm.bias"] = np.zeros(width, np.float32)
    convert.write_gguf(directory / files.MODEL, made, pieces, heads=2)
    files.written_card(directory, "made for this test", "", "tiny", "none")
    return directory


@pytest.fixture(scope="session")
def isa(vocabulary: Vocabulary) -> Compact:
    return Compact(vocabulary.pieces, tokenizer.tokenizer_of(vocabulary), TABLE)
