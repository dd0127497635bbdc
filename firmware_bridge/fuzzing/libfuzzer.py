"""libFuzzer on the firmware's C code: builds the harnesses of `firmware/fuzz/` with sanitizers, gives them a budget."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from firmware_bridge.fuzzing.part import Part
from firmware_bridge.fuzzing.programs import core_programs, decoder_inputs

FIRMWARE = Path(__file__).resolve().parent.parent / "firmware"
CORE = ("core.c", "codec.c", "latch.c", "motion.c", "requests.c")
SANITIZERS = "fuzzer,address,undefined"
COMPILERS = ("clang", *(f"clang-{version}" for version in range(20, 10, -1)))
BUILD_LIMIT = 180.0  # s
EXECUTION_LIMIT = 10  # s for one input; more is a hang
SLOWEST = 50  # executions a second that are expected of the slowest machine, for the limit of a whole run
LONGEST_INPUT = 1024  # bytes


class FuzzerMissingError(RuntimeError):
    """There is no clang with libFuzzer here, or it refused; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """One harness: its own sources, those of the core, and what the fuzzer begins with."""

    name: str
    sources: tuple[str, ...]
    core: tuple[str, ...]
    seeds: Callable[[], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found. `failure` is empty when all was well, else the fuzzer's words; `input` is what caused it."""

    target: str
    executions: int
    coverage: int  # edges
    corpus: int  # inputs that reach something new
    seconds: float
    failure: str
    input: bytes


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "decoder": Target("decoder", ("fuzz_decoder.c", "reference.c"), ("codec.c",), decoder_inputs),
        "core": Target("core", ("fuzz_core.c", "model.c", "reference.c"), CORE, core_programs),
    }
)


def compiler() -> str:
    """A clang. Raises `FuzzerMissingError`."""
    found = next((path for name in COMPILERS if (path := shutil.which(name)) is not None), None)
    if found is None:
        raise FuzzerMissingError("there is no clang: apt-get install clang")
    return found


def build(
    target: Target, directory: Path, firmware: Path = FIRMWARE, sanitizers: str = SANITIZERS, optimise: str = "-O1"
) -> Path:
    """Compile a harness into `directory`. Raises `FuzzerMissingError` with the compiler's words."""
    program = directory / f"fuzz_{target.name}"
    sources = [
        *(firmware / "fuzz" / name for name in target.sources),
        *(firmware / "core" / name for name in target.core),
    ]
    flags = ["-std=c11", optimise, "-g", "-Wall", "-Wextra", f"-fsanitize={sanitizers}", "-fno-sanitize-recover=all"]
    done = subprocess.run(
        [compiler(), *flags, "-o", program, *sources, "-lm"],
        capture_output=True,
        text=True,
        timeout=BUILD_LIMIT,
        check=False,
    )
    if done.returncode != 0:
        raise FuzzerMissingError(f"the fuzzing harness {target.name} does not compile:\n{done.stderr.strip()[-2000:]}")
    return program


def fuzz(target: Target, program: Path, directory: Path, executions: int, seed: int) -> Outcome:
    """Give a built harness its seeds and a budget of `executions` (0: the seeds alone, once each)."""
    corpus = directory / f"corpus_{target.name}"
    corpus.mkdir(exist_ok=True)
    for name, data in target.seeds().items():
        (corpus / name.replace(" ", "_")).write_bytes(data)
    options = [f"-runs={executions}", f"-seed={seed or 1}", f"-max_len={LONGEST_INPUT}", f"-timeout={EXECUTION_LIMIT}"]
    options += ["-print_final_stats=1", f"-artifact_prefix={directory}/found_"]
    limit = 60.0 + executions / SLOWEST
    began = time.perf_counter()
    try:
        done = subprocess.run(
            [program, *options, corpus], capture_output=True, text=True, errors="replace", timeout=limit, check=False
        )
        said, code = done.stderr, done.returncode
    except subprocess.TimeoutExpired:
        said, code = f"BROKEN: not done after {limit:.0f} s", 1
    seconds = time.perf_counter() - began
    culprits = sorted(directory.glob("found_*"))
    return Outcome(
        target.name,
        _last(r"number_of_executed_units:\s+(\d+)", said),
        _last(r"cov: (\d+)", said),
        _last(r"corp: (\d+)", said),
        seconds,
        _failure(said) if code != 0 else "",
        culprits[-1].read_bytes() if code != 0 and culprits else b"",
    )


def run(count: int, seed: int, progress: Callable[[int], None]) -> Part:
    """Both harnesses, `count` executions each, as a part of a soak. Raises `FuzzerMissingError`."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="robotos-fuzz-") as name:
        for target in TARGETS.values():
            directory = Path(name) / target.name
            directory.mkdir()
            outcomes.append(fuzz(target, build(target, directory), directory, count, seed))
            progress(sum(outcome.executions for outcome in outcomes))
    counts = {f"executions: {outcome.target}": outcome.executions for outcome in outcomes}
    figures = {f"{outcome.target}: edges covered": float(outcome.coverage) for outcome in outcomes}
    figures |= {f"{outcome.target}: seconds": outcome.seconds for outcome in outcomes}
    violations = tuple(f"{o.target}: {o.failure}; input {o.input.hex()}" for o in outcomes if o.failure)
    return Part("fuzz", counts, violations, figures)


def _last(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def _failure(said: str) -> str:
    """The lines of a fuzzer's report that say what was wrong."""
    telling = [line.strip() for line in said.splitlines() if re.search(r"BROKEN|runtime error|ERROR: |SUMMARY", line)]
    return "; ".join(telling[:4]) or said.strip()[-500:]
