"""What another process may ask of a running simulation: one small function for each, called by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, validate_call

from robotos.geometry import Pose
from robotos.sim.cable import Cable
from robotos.sim.motors import MotorLog
from robotos.sim.robot import SimulatedRobot
from robotos.sim.spawn import start_pose

Command = Callable[..., object]

_ARGUMENTS: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


class CommandError(Exception):
    """The command was not carried out; the message says what is wrong with it."""


def commands(robot: SimulatedRobot) -> Mapping[str, Command]:
    """Every command for a robot, with its arguments checked."""
    plain: dict[str, Command] = {
        "camera": lambda: [asdict(seen) for seen in robot.camera.detect()],
        "truth": lambda: _truth(robot),
        "view": lambda: _view(robot),
        "press_bumper": robot.press_bumper,
        "cliff": robot.cliff,
        "stop_button": robot.stop_button,
        "cut_link": robot.cut_link,
        "restore_link": robot.restore_link,
        "reset_controller": robot.reset_controller,
        "set_battery": robot.set_battery,
        "place_note": robot.place_note,
        "place_thing": robot.place_thing,
        "move_person": robot.move_person,
        "drop_thing": robot.drop_thing,
        "lose_thing": robot.lose_thing,
        "miss_grasps": robot.miss_grasps,
        "move_robot": lambda where: _move_robot(robot, where),
    }
    return _checked(plain)


def bench_commands(motors: MotorLog, cable: Cable) -> Mapping[str, Command]:
    """What one does to a board on a bench: watch its pins, pull its cable, keep it from reading."""
    return _checked({"motors": motors.since, "unplug": cable.unplug, "plug": cable.plug, "stall": cable.stall})


def _checked(plain: Mapping[str, Command]) -> Mapping[str, Command]:
    finite = ConfigDict(allow_inf_nan=False)
    return {name: validate_call(config=finite)(command) for name, command in plain.items()}


def call(table: Mapping[str, Command], name: object, arguments: object) -> object:
    """Carry out one command; its result can be written as JSON.

    Raises:
        CommandError: no such command, or arguments it cannot take.
    """
    if not isinstance(name, str) or name not in table:
        raise CommandError(f"no command {name!r}; known: {', '.join(table)}")
    try:
        return table[name](**_ARGUMENTS.validate_python(arguments))
    except ValidationError as error:
        problem = error.errors()[0]
        raise CommandError(f"{name}: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}") from error
    except KeyError as error:
        raise CommandError(f"{name}: {error.args[0]}") from error
    except (TypeError, ValueError) as error:
        raise CommandError(f"{name}: {error}") from error


def _move_robot(robot: SimulatedRobot, where: str) -> None:
    robot.world.move_robot(start_pose(robot.world.home, where))


def _view(robot: SimulatedRobot) -> dict[str, object]:
    """The little that a live picture needs."""
    pose: Pose = robot.world.pose
    return {
        "time": robot.now,
        "pose": [pose.x, pose.y, pose.yaw],
        "moving": robot.world.moving,
        "tool_on": robot.world.tool_on,
        "holding": robot.world.things.held,
    }


def _truth(robot: SimulatedRobot) -> dict[str, object]:
    return robot.truth.evidence()
