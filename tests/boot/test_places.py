from __future__ import annotations

from pathlib import Path

import pytest

from robotos.boot.children import BootError
from robotos.boot.maps import load_map
from robotos.boot.places import home_directory, map_directory, policy_file, read_policy
from robotos.policy import DEFAULT


def test_the_home_directory_is_the_given_one_or_where_data_belongs(tmp_path: Path) -> None:
    assert home_directory(tmp_path / "a", {}) == tmp_path / "a"
    assert (tmp_path / "a").is_dir()
    assert home_directory(None, {"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "robotos"


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BootError, match="--home"):
        home_directory(tmp_path / "file" / "below", {})


def test_maps_are_found_by_name_and_by_directory(cottage_directory: Path) -> None:
    assert map_directory("apartment").name == "apartment"
    assert map_directory(str(cottage_directory)) == cottage_directory.resolve()
    with pytest.raises(BootError, match=r"no map 'castle'.*apartment"):
        map_directory("castle")


def test_a_broken_map_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "layout.yaml").write_text("name: x\nmap: nothing.yaml\n", encoding="utf-8")
    with pytest.raises(BootError, match=r"layout\.yaml.*dock"):
        load_map(str(tmp_path))


def test_the_owners_policy_goes_before_the_default(tmp_path: Path) -> None:
    assert policy_file(tmp_path) == DEFAULT
    own = tmp_path / "policy.toml"
    own.write_text(DEFAULT.read_text(encoding="utf-8").replace("coverage_done", "coverage_dine"), encoding="utf-8")
    assert policy_file(tmp_path) == own
    with pytest.raises(BootError, match=r"policy\.toml:\d+: tasks\.coverage_dine: no such key.*stays disarmed"):
        read_policy(own)
