import pytest

from robotos.policy import DEFAULT, PolicyError, line_of, load

TEXT = DEFAULT.read_text(encoding="utf-8")


def broken(tmp_path, old, new):
    path = tmp_path / "policy.toml"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        load(path)
    return str(error.value).removeprefix(str(path))


def line(start):
    return next(number for number, text in enumerate(TEXT.splitlines(), 1) if text.startswith(start))


def test_the_default_policy_is_valid():
    assert load().motion.max_speed == 0.306


@pytest.mark.parametrize(
    ("old", "new", "key", "at"),
    [
        ("max_speed = 0.306", "max_speed = nan", "motion.max_speed", "max_speed"),
        ("max_speed = 0.306", "max_speed = -1", "motion.max_speed", "max_speed"),
        ("walls = 0.02", 'walls = "wide"', "clearance.walls", "walls"),
        ("lease = 0.5", "leash = 0.5", "motion.leash", "lease"),
        ("command_ttl = 0.2", "", "motion.command_ttl", "[motion]"),
        ("per_minute = 3", "per_minute = 4", "recover.per_minute", "per_minute"),
        ("person_speed = 0.15", "person_speed = 0.5", "clearance.person_speed", "person_speed"),
        ("lease = 0.5", "lease = 0.1", "motion", "[motion]"),
        ("person_slow = 1.00", "person_slow = 0.1", "clearance", "[clearance]"),
        ("reserve = 0.15", "reserve = 0.99", "battery", "[battery]"),
    ],
)
def test_an_error_names_file_line_and_key(tmp_path, old, new, key, at):
    assert broken(tmp_path, old, new).startswith(f":{line(at)}: {key}: ")


def test_broken_toml_is_named_with_its_line(tmp_path):
    assert f"line {line('walls')}" in broken(tmp_path, "walls = 0.02", "walls = ")


def test_a_policy_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(PolicyError, match="cannot be read"):
        load(tmp_path / "none.toml")
    (tmp_path / "noise.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match="cannot be read"):
        load(tmp_path / "noise.toml")


def test_a_key_is_found_in_its_own_section():
    text = "[a]\nspeed = 1\n\n[b]\n# speed = 0\nspeed = 2\n"
    assert line_of(text, ["b", "speed"]) == 6
    assert line_of(text, ["b", "other"]) == 4
    assert line_of(text, ["c"]) == 1
