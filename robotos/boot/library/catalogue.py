"""The short list: small models under permissive licences that are known to fit, with where each comes from.

Sizes and SHA-256 sums are those published for the named revisions. A file without one is taken with the sum that the
hub itself gives for it, which is then kept (`lock.py`): from the second time on nothing else is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType


class Role(StrEnum):
    """What a model does, by the word in the owner's choice."""

    LARGER = "larger"  # asked where the bundled model is unsure
    RECOGNISER = "recogniser"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file in a repository: its size in bytes (0: not known), its SHA-256 ("": not known), its name here."""

    path: str
    size: int = 0
    sha256: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class HubModel:
    """One model. `files` in the order of fetching: the last is the one by which it counts as being there.

    `repo_licence` is what the hub must still say of the repository; `licence` is the model's own, with its text or
    its author's statement at `licence_at`.
    """

    name: str
    role: Role
    purpose: str
    repo: str
    revision: str
    licence: str
    licence_at: str
    repo_licence: str
    directory: str  # below <home>/models
    files: tuple[HubFile, ...]

    @property
    def megabytes(self) -> int:
        return round(sum(file.size for file in self.files) / 1e6)

    def main_file(self, home: Path) -> Path:
        """Where its last file is."""
        return home / "models" / self.directory / self.files[-1].name


_APACHE = "https://www.apache.org/licenses/LICENSE-2.0"


def _chat(name: str, size: str, repo: str, revision: str, file: HubFile) -> HubModel:
    purpose = f"instruct model of {size} parameters, asked where the bundled one is unsure"
    return HubModel(
        name, Role.LARGER, purpose, repo, revision, "Apache-2.0", _APACHE, "apache-2.0", f"chat/{name}", (file,)
    )


def _whisper(size: str, revision: str, config: HubFile, weights: HubFile) -> HubModel:
    return HubModel(
        f"whisper-{size}",
        Role.RECOGNISER,
        f"understands English speech (Whisper {size} for faster-whisper; needs: pip install 'robotos[voice]')",
        f"Systran/faster-whisper-{size}",
        revision,
        "MIT",
        "https://github.com/openai/whisper/blob/main/LICENSE",
        "mit",
        f"whisper/{size}",
        (
            config,
            HubFile("tokenizer.json", 2_128_466, "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
            HubFile("vocabulary.txt", 422_309, "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
            weights,
        ),
    )


def _piper(name: str, accent: str, config: HubFile, voice: HubFile, licence_at: str) -> HubModel:
    return HubModel(
        f"piper-{name}",
        Role.VOICE,
        f"speaks with a natural {accent} voice (Piper, itself GPL-3.0; needs: pip install 'robotos[piper]')",
        "rhasspy/piper-voices",
        "main",
        "public domain recordings, MIT voice",
        licence_at,
        "mit",
        "piper",
        (config, voice),
    )


_ALL = (
    _chat(
        "smollm2-360m",
        "360 million",
        "HuggingFaceTB/SmolLM2-360M-Instruct-GGUF",
        "593b5a2e04c8f3e4ee880263f93e0bd2901ad47f",
        HubFile(
            "smollm2-360m-instruct-q8_0.gguf",
            386_404_992,
            "48ab3034d0dd401fbc721eb1df3217902fee7dab9078992d66431f09b7750201",
        ),
    ),
    _chat(
        "qwen2.5-0.5b",
        "0.5 billion",
        "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
        "9217f5db79a29953eb74d5343926648285ec7e67",
        HubFile(
            "qwen2.5-0.5b-instruct-q8_0.gguf",
            675_710_816,
            "ca59ca7f13d0e15a8cfa77bd17e65d24f6844b554a7b6c12e07a5f89ff76844e",
        ),
    ),
    _chat(
        "qwen2.5-1.5b",
        "1.5 billion",
        "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        "91cad51170dc346986eccefdc2dd33a9da36ead9",
        HubFile(
            "qwen2.5-1.5b-instruct-q4_k_m.gguf",
            1_117_320_736,
            "6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
        ),
    ),
    _whisper(
        "base.en",
        "3d3d5dee26484f91867d81cb899cfcf72b96be6c",
        HubFile("config.json", 2_227, "f3bc3821e9fc76a27bae538e11ae5b677dcdd352b4600429ce7951d398569aeb"),
        HubFile("model.bin", 145_216_508, "2a166925539a16005f14ff328359f9b9adb9dc4fb631bb3b227526862e93e2ef"),
    ),
    _whisper(
        "small.en",
        "d1d751a5f8271d482d14ca55d9e2deeebbae577f",
        HubFile("config.json", 2_657, "666a9605530ac1f61fa8177f3702b4dacec9966749e42610839fcc32661d5fae"),
        HubFile("model.bin", 483_545_366, "62b2a45b05ee59acb4a5341b33ee35e041395d378d418a18acfe4c9e768ee37a"),
    ),
    _piper(
        "ljspeech",
        "American",
        HubFile(
            "en/en_US/ljspeech/medium/en_US-ljspeech-medium.onnx.json",
            4_972,
            "141d612cc0a95ed7efc1ca936b845c2364967f2e9217c5dbfcf69fc4d6c65860",
        ),
        HubFile(
            "en/en_US/ljspeech/medium/en_US-ljspeech-medium.onnx",
            63_531_379,
            "6f52a751e2349abe7a76735eb09dc1875298c77ea2342ffd2fef79ff81b87f22",
        ),
        "https://keithito.com/LJ-Speech-Dataset/",
    ),
    _piper(
        "cori",
        "British",
        HubFile("en/en_GB/cori/medium/en_GB-cori-medium.onnx.json"),
        HubFile("en/en_GB/cori/medium/en_GB-cori-medium.onnx", 63_500_000),
        "https://huggingface.co/rhasspy/piper-voices/blob/main/en/en_GB/cori/medium/MODEL_CARD",
    ),
)

MODELS: Mapping[str, HubModel] = MappingProxyType({model.name: model for model in _ALL})
