"""Where the robot stood last: kept while it knows, read back for the same map, never trusted when it makes no sense."""

import dataclasses
import json

import pytest

from robotos.actuation.protocol import NOWHERE
from robotos.boot.last_pose import EVERY, NAME, LastPose
from robotos.geometry import Pose

HERE = Pose(1.25, -0.5, 0.75)
STANDING = dataclasses.replace(NOWHERE, pose=HERE, located="tracking")


def test_what_was_kept_is_read_back_for_the_same_map_only(tmp_path):
    LastPose(tmp_path, "apartment").keep(STANDING, 0.0)
    assert LastPose(tmp_path, "apartment").read() == HERE
    assert LastPose(tmp_path, "cottage").read() is None


def test_a_pose_that_is_in_doubt_is_not_kept(tmp_path):
    for located in ("lost", "uncertain"):
        LastPose(tmp_path, "apartment").keep(dataclasses.replace(STANDING, located=located), 0.0)
    assert LastPose(tmp_path, "apartment").read() is None


def test_it_is_written_now_and_then_and_only_when_it_has_moved(tmp_path):
    last, moved = LastPose(tmp_path, "apartment"), dataclasses.replace(STANDING, pose=Pose(2.0, 0.0, 0.0))
    last.keep(STANDING, 0.0)
    last.keep(moved, EVERY / 2)
    assert last.read() == HERE
    last.keep(moved, EVERY)
    assert last.read() == moved.pose
    written = (tmp_path / NAME).stat().st_mtime_ns
    last.keep(moved, 2 * EVERY)
    assert (tmp_path / NAME).stat().st_mtime_ns == written


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"map": "apartment", "x": "near", "y": 0, "yaw": 0}', '{"map": "apartment"}']
)
def test_a_file_that_makes_no_sense_is_no_pose(tmp_path, text):
    (tmp_path / NAME).write_text(text)
    assert LastPose(tmp_path, "apartment").read() is None


def test_a_pose_that_is_no_number_is_no_pose(tmp_path):
    (tmp_path / NAME).write_text(json.dumps({"map": "apartment", "x": float("nan"), "y": 0.0, "yaw": 0.0}))
    assert LastPose(tmp_path, "apartment").read() is None


def test_a_disk_that_takes_nothing_ends_nothing(tmp_path):
    last = LastPose(tmp_path / "gone", "apartment")
    last.keep(STANDING, 0.0)
    last.keep(STANDING, 100.0)
    assert last.read() is None
