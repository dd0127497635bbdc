from __future__ import annotations

from pathlib import Path

import pytest

from robotos.cpu.engine import Engine, ModelError
from robotos.cpu.isa import Compact
from robotos.cpu.models import ModelFile, bundled, sha256_of, verified
from robotos.kernel.calls import Kind
from robotos.kernel.syscalls import TABLE
from robotos.kernel.table import Operand, Syscall


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.gguf cannot be read .*install it again"):
        Engine(tmp_path / "none.gguf")


def test_something_else_than_a_model_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "song.gguf"
    path.write_bytes(b"ID3" + bytes(500))
    with pytest.raises(ModelError, match="not a GGUF model file"):
        Engine(path)


@pytest.mark.parametrize("kept", [4, 60, 5000, 200_000])
def test_a_cut_off_model_is_one_clear_error_and_llama_says_nothing(
    tmp_path: Path, model_path: Path, kept: int, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(model_path.read_bytes()[:kept])
    with pytest.raises(ModelError, match=r"cut\.gguf cannot be loaded .*install it again"):
        Engine(path)
    assert capfd.readouterr() == ("", "")


def test_a_model_with_another_hash_is_refused(tmp_path: Path, model_path: Path) -> None:
    data = bytearray(model_path.read_bytes())
    data[-1] ^= 1
    path = tmp_path / "changed.gguf"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        verified(ModelFile(path, sha256_of(model_path)))
    assert verified(ModelFile(path, sha256_of(path).upper())) == path
    assert verified(ModelFile(path)) == path


def test_a_model_of_another_syscall_table_says_so(engine: Engine) -> None:
    table = (*TABLE, Syscall("juggle", "Juggle.", (Operand("things", frozenset({Kind.THING}), many=True),)))
    with pytest.raises(ModelError, match=r"<juggle>.*train it again"):
        Compact(engine.pieces(), engine.tokenize, table)


def test_the_bundled_model_is_what_its_card_says_and_knows_every_syscall() -> None:
    with Engine(verified(bundled()), context=256, sequences=1) as engine:
        isa = Compact(engine.pieces(), engine.tokenize, TABLE)
    assert verified(bundled()).stat().st_size < 10_000_000
    assert isa.symbol("clean") != isa.symbol("fetch")
