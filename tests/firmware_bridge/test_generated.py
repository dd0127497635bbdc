"""The generated files belong to the schema."""

import pytest

from firmware_bridge import generate, messages
from firmware_bridge.host import HostController
from firmware_bridge.schema import SCHEMA, SchemaError, load

TEXT = SCHEMA.read_text(encoding="utf-8")


def test_generated_files_are_in_step(capsys):
    assert generate.main(["--check"]) == 0, capsys.readouterr().err


def test_check_names_the_file_that_is_out_of_step(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generate, "MODULE", tmp_path / "messages.py")
    assert generate.main(["--check"]) == 1
    assert "messages.py is out of step" in capsys.readouterr().err


def test_the_compiled_core_has_the_same_hash():
    assert load(TEXT).hash == messages.SCHEMA_HASH
    HostController(1)  # refuses another hash


def test_wording_does_not_change_the_hash_but_meaning_does():
    for old, new, same in (
        ("Opens a session.", "Begins one.", True),
        ("HEARTBEAT_MS = { value = 200", "HEARTBEAT_MS = { value = 201", False),
        ('"v_mm_s", type = "i16", min = -306', '"v_mm_s", type = "i16", min = -307', False),
    ):
        assert old in TEXT
        assert (load(TEXT.replace(old, new)).hash == messages.SCHEMA_HASH) == same


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "Arm"', 'name = "Disarm"', "same name"),
        ("id = 0x03", "id = 0x04", "same id"),
        ('type = "u16[72]"', 'type = "f16"', "unknown type"),
        ('from = "host"', 'from = "nobody"', "from must be one of"),
    ],
)
def test_a_broken_schema_is_refused(old, new, message):
    with pytest.raises(SchemaError, match=message):
        load(TEXT.replace(old, new))


def test_messages_pack_and_unpack():
    for kind in (*messages.HOST_TYPES.values(), *messages.CONTROLLER_TYPES.values()):
        payload = bytes(range(1, kind.FORMAT.size + 1))
        assert kind.unpack(payload).pack() == payload
