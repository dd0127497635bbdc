from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from robotos.navigation.draw import load_drawing
from robotos.navigation.home import Home
from robotos.sim.kinematic import IDEAL, KinematicWorld
from robotos.sim.render import SIZE, Scene, render, save, scene_of
from robotos.sim.truth import Truth
from tests.sim.conftest import APARTMENT

SMALL = (400, 340)


def difference(a: Image.Image, b: Image.Image) -> float:
    return float((np.asarray(a, dtype=int) != np.asarray(b, dtype=int)).any(axis=2).mean())


def test_the_picture_has_its_fixed_size_and_repeats_exactly(home: Home, tmp_path: Path) -> None:
    scene = Scene(home, load_drawing(APARTMENT), caption="the apartment")
    save(scene, tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == SIZE
        assert picture.format == "PNG"
        first = picture.convert("RGB")
    assert difference(first, render(scene)) == 0.0
    assert len(first.resize(SMALL).getcolors(1 << 20) or ()) > 50


def test_swept_floor_path_robot_and_people_show(home: Home) -> None:
    world = KinematicWorld(home, imperfection=IDEAL)
    truth = Truth(world)
    bare = render(Scene(home), SMALL)
    for _ in range(300):
        world.step(100, 100, 255, 0.01)
        truth.observe()
    whole = scene_of(world, truth)
    for changed in (
        Scene(home, swept=whole.swept),
        Scene(home, path=whole.path),
        Scene(home, robot=whole.robot),
        Scene(home, people=whole.people),
        Scene(home, things=whole.things),
        Scene(home, load_drawing(APARTMENT)),
    ):
        assert 1e-4 < difference(bare, render(changed, SMALL)) < 0.5
