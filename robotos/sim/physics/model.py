"""A home and a robot as an MJCF model: https://mujoco.readthedocs.io/en/stable/XMLreference.html."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

import numpy as np

from robotos.navigation.home import Home
from robotos.sim.people import RADIUS as PERSON_RADIUS
from robotos.sim.physics.boxes import Box, boxes
from robotos.sim.world import RADIUS, TIME_CONSTANT, WHEEL_BASE

STEP = 0.005  # s of the integrator
WHEEL_RADIUS = 0.035  # m, nominal
MASS = 3.5  # kg, of a vacuum robot
HULL_UP = 0.06  # m: the bumper's ring, the hull being widest there
BEAMS_UP = 0.12  # m: above what may lie on the floor, below what people sit on
EYE_UP, EYE_AHEAD = 1.1, 0.1  # m, of the camera on its mast: it looks over furniture, and down a little
GRIP_AHEAD, GRIP_UP = 0.23, 0.30  # m: where a thing is carried, clear of the hull
THING_RADIUS, THING_HALF = 0.03, 0.04  # m: every thing is a small tin
THING_MASS = 0.15  # kg
SHELF_RADIUS, SHELF_THICK = 0.28, 0.01  # m, of what holds the things of a place up
YIELDING = 0.05  # s in which what has come too near to somebody is pushed off: softly, as people are
PERSON_HEIGHT, ANIMAL_HEIGHT = 1.7, 0.5  # m

# Who touches whom, as bits of contype and conaffinity.
GROUND, SOLID, SHELF, LOOSE, STANDING = 1, 2, 4, 8, 16
# Whom a beam sees, as geom groups.
WALLS, PEOPLE, THINGS, BODY, GROUNDS, UNSEEN = 0, 1, 2, 3, 4, 5  # the last is not drawn either

TRACTION, SLIDE = 0.9, 0.4  # friction of rubber, and of everything else, on the floor
BREAKAWAY = 0.004  # N m that a wheel's gearbox resists with
_INERTIA = MASS / 2 * WHEEL_RADIUS**2  # kg m^2 that a wheel sees when the robot drives straight on
_COLOURS = ("0.84 0.25 0.22 1", "0.20 0.45 0.75 1", "0.90 0.70 0.20 1", "0.35 0.60 0.35 1", "0.55 0.40 0.65 1")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what has a body in the model, by name; `animal` for each person."""

    people: tuple[tuple[str, bool], ...]
    things: tuple[str, ...]


def mjcf(home: Home, cast: Cast, wheel_scale: tuple[float, float]) -> str:
    """The model's XML. `wheel_scale`: how much larger than nominal the rolling radius of each wheel is, as a factor."""
    root = Xml.Element("mujoco", model=home.name)
    Xml.SubElement(root, "compiler", angle="radian", autolimits="true")
    # Dense: the sparse Cholesky of MuJoCo 4.0.0 has been reported to be wrong.
    option = Xml.SubElement(
        root, "option", timestep=_n(STEP), jacobian="dense", cone="elliptic", impratio="10", integrator="implicitfast"
    )
    Xml.SubElement(option, "flag", sleep="enable")
    visual = Xml.SubElement(root, "visual")
    Xml.SubElement(visual, "global", offwidth="1600", offheight="1200")
    Xml.SubElement(visual, "headlight", ambient="0.45 0.45 0.45", diffuse="0.5 0.5 0.5")
    body = Xml.SubElement(root, "worldbody")
    _house(body, home, boxes(home))
    _robot(body, wheel_scale)
    for index, (name, animal) in enumerate(cast.people):
        _person(body, index, name, animal)
    for index, name in enumerate(cast.things):
        _thing(body, index, name)
    _grip_and_drive(root, len(cast.things))
    return Xml.tostring(root, encoding="unicode")


def _house(body: Xml.Element, home: Home, solids: Iterable[Box]) -> None:
    _geom(
        body, name="ground", type="plane", size="0 0 1", rgba="0.80 0.74 0.64 1",
        contype=str(GROUND), conaffinity="0", group=str(GROUNDS), friction=f"{SLIDE} 0.005 0.0001",
    )  # fmt: skip
    for box in solids:
        _geom(
            body, type="box", pos=_v((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.height / 2),
            size=_v((box.x1 - box.x0) / 2, (box.y1 - box.y0) / 2, box.height / 2),
            rgba="0.62 0.48 0.34 1" if box.furniture else "0.90 0.89 0.86 1",
            contype=str(SOLID), conaffinity="0", group=str(WALLS), friction=f"{SLIDE} 0.005 0.0001",
        )  # fmt: skip
    for place in home.places.values():
        if place.z > SHELF_THICK * 2:
            _geom(
                body, type="cylinder", pos=_v(place.x, place.y, place.z - SHELF_THICK),
                size=_v(SHELF_RADIUS, SHELF_THICK), rgba="0.55 0.42 0.30 1",
                contype=str(SHELF), conaffinity="0", group=str(UNSEEN),
            )  # fmt: skip
    for room in home.rooms.values():
        rows, columns = np.nonzero(room.mask)
        x, y = home.grid.to_world(float(rows.mean()), float(columns.mean()))
        Xml.SubElement(body, "light", pos=_v(x, y, 3.0), dir="0 0 -1", diffuse="0.25 0.25 0.25", castshadow="false")


def _robot(world: Xml.Element, wheel_scale: tuple[float, float]) -> None:
    """A hull that is a disc of `RADIUS` to whatever it meets, two wheels, a castor behind and a skid before."""
    # Asleep by the world's own doing only: an actuator does not wake what sleeps.
    body = Xml.SubElement(world, "body", name="robot", pos=_v(0, 0, 0), sleep="never")
    Xml.SubElement(body, "freejoint", name="robot")
    inertia = MASS / 4 * RADIUS**2
    Xml.SubElement(
        body, "inertial", mass=_n(MASS), pos=_v(-0.02, 0, 0.045), diaginertia=_v(inertia, inertia, 2 * inertia)
    )
    _geom(
        body, name="hull", type="sphere", size=_n(RADIUS), pos=_v(0, 0, HULL_UP),
        contype="0", conaffinity=str(SOLID | LOOSE), group=str(UNSEEN), friction="0.3 0.005 0.0001",
    )  # fmt: skip
    _geom(
        body, type="cylinder", size=_v(RADIUS, 0.035), pos=_v(0, 0, 0.055), rgba="0.13 0.16 0.22 1",
        contype="0", conaffinity="0", group=str(BODY),
    )  # fmt: skip
    for x, up in ((-0.12, 0.0), (0.13, 0.0015)):
        _geom(
            body, type="sphere", size="0.012", pos=_v(x, 0, 0.012 + up), condim="1", priority="2",
            contype="0", conaffinity=str(GROUND), group=str(BODY),
        )  # fmt: skip
    Xml.SubElement(body, "camera", name="eye", pos=_v(EYE_AHEAD, 0, EYE_UP), xyaxes="0 -1 0 0.4 0 1", fovy="70")
    for name, side, scale in (("left", 1, wheel_scale[0]), ("right", -1, wheel_scale[1])):
        radius = WHEEL_RADIUS * scale
        wheel = Xml.SubElement(body, "body", name=name, pos=_v(0, side * WHEEL_BASE / 2, radius))
        Xml.SubElement(
            wheel, "joint", name=name, type="hinge", axis="0 1 0", frictionloss=_n(BREAKAWAY), armature="0.0002"
        )
        _geom(
            wheel, type="sphere", size=_n(radius), mass="0.1", rgba="0.1 0.1 0.1 1",
            contype="0", conaffinity=str(GROUND), group=str(BODY), friction=f"{TRACTION} 0.005 0.0001", priority="1",
        )  # fmt: skip


def _person(world: Xml.Element, index: int, name: str, animal: bool) -> None:
    height = ANIMAL_HEIGHT if animal else PERSON_HEIGHT
    body = Xml.SubElement(world, "body", name=f"person {index}", mocap="true")
    _geom(
        body, name=f"person {index}", type="capsule", size=_n(PERSON_RADIUS),
        fromto=f"0 0 {_n(min(0.0, height - 2 * PERSON_RADIUS))} 0 0 {_n(height - PERSON_RADIUS)}",
        rgba="0.66 0.45 0.25 1" if animal else "0.50 0.36 0.62 1",
        contype=str(SOLID), conaffinity="0", group=str(PEOPLE), priority="3", solref=f"{_n(YIELDING)} 1",
    )  # fmt: skip
    Xml.SubElement(body, "site", name=f"person {index}: {name}", size="0.001", group="5")
    hand = Xml.SubElement(world, "body", name=f"hand {index}", mocap="true")
    _geom(
        hand, type="cylinder", size=_v(SHELF_RADIUS, SHELF_THICK), rgba="0 0 0 0",
        contype=str(SHELF), conaffinity="0", group=str(UNSEEN),
    )  # fmt: skip


def _thing(world: Xml.Element, index: int, name: str) -> None:
    body = Xml.SubElement(world, "body", name=f"thing {index}", sleep="allowed")
    Xml.SubElement(body, "freejoint", name=f"thing {index}")
    _geom(
        body, name=f"thing {index}", type="cylinder", size=_v(THING_RADIUS, THING_HALF), mass=_n(THING_MASS),
        rgba=_COLOURS[index % len(_COLOURS)], contype="0", conaffinity="0", group=str(THINGS),
        friction=f"{SLIDE} 0.005 0.002", condim="4",
    )  # fmt: skip
    Xml.SubElement(body, "site", name=f"thing {index}: {name}", size="0.001", group="5")


def _grip_and_drive(root: Xml.Element, things: int) -> None:
    equality = Xml.SubElement(root, "equality")
    for index in range(things):
        Xml.SubElement(
            equality, "weld", name=f"grip {index}", body1="robot", body2=f"thing {index}", active="false",
            relpose=f"{_v(GRIP_AHEAD, 0, GRIP_UP)} 1 0 0 0",
        )  # fmt: skip
    actuator = Xml.SubElement(root, "actuator")
    for name in ("left", "right"):
        Xml.SubElement(actuator, "velocity", name=name, joint=name, kv=_n(_INERTIA / TIME_CONSTANT))


def _geom(body: Xml.Element, **attributes: str) -> None:
    Xml.SubElement(body, "geom", {key: value for key, value in attributes.items()})


def _n(value: float) -> str:
    return f"{value:.9g}"


def _v(*values: float) -> str:
    return " ".join(_n(value) for value in values)
