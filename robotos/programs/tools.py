"""Cleaning tools: fetched when policy has a floor want one, from where the disk says, and brought back afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from robotos.errno import Errno
from robotos.kernel.api import Sys
from robotos.language.nouns import article, at
from robotos.navigation.grid import Bools
from robotos.programs.carrying import bring_to_place, take
from robotos.programs.choosing import origin
from robotos.programs.driving import Failed
from robotos.programs.handling import holding

# What leaves the floor to be cleaned without its tool. Anything else stops the cleaning as well, and is told there.
_WITHOUT = frozenset({Errno.ENOENT, Errno.EHOSTUNREACH, Errno.EIO, Errno.EBUSY})


async def fit_tool(sys: Sys, room: str) -> None:
    """Have the tool in the gripper that policy wants for a room's floor, and no other tool.

    Without it (it is not found, its place cannot be reached, the gripper is full) the room is cleaned with the brush
    alone, and the robot says so and why.
    """
    tools, home = await _tools(sys), await sys.home()
    wanted = tools.get(home.rooms[room].floor, "") if room in home.rooms else ""
    if wanted and home.no_mop and not (home.rooms[room].mask & ~home.no_mop_cells()).any():
        wanted = ""  # all of it is to stay dry
    held = await holding(sys)
    if wanted == held:
        return
    if held in tools.values():
        await _bring_back(sys, held)
    if not wanted:
        return
    if wanted not in home.things:
        await _told(sys, wanted, room, f"I know of no {wanted} here.")
        return
    taken = await take(sys, wanted)
    if isinstance(taken, Failed) and taken.errno in _WITHOUT:
        await _told(sys, wanted, room, taken.reason)
    elif not isinstance(taken, Failed):
        await sys.speak(f"I have {article(wanted)} for {article(room)}.")


async def put_tool_away(sys: Sys) -> None:
    """Bring a tool that is still in the gripper back to where it was taken from."""
    held = await holding(sys)
    if held and held in (await _tools(sys)).values():
        await _bring_back(sys, held)


async def dry_cells(sys: Sys) -> Bools | None:
    """Cells (H, W) that the tool in the gripper must not touch: the map's no-mop areas; None without such a tool."""
    home = await sys.home()
    fitted = bool(home.no_mop) and await holding(sys) in (await _tools(sys)).values()
    return home.no_mop_cells() if fitted else None


async def _tools(sys: Sys) -> Mapping[str, str]:
    return (await sys.policy()).cleaning.tools


async def _bring_back(sys: Sys, tool: str) -> None:
    place = await origin(sys, tool)
    failed = place if isinstance(place, Failed) else await bring_to_place(sys, tool, place)
    if failed is None and not isinstance(place, Failed):
        await sys.speak(f"I've put {article(tool)} back {at(place.name)}.")
    elif failed is not None and failed.errno in _WITHOUT:
        await sys.speak(f"I could not bring {article(tool)} back. {_sentence(failed.reason)}")


async def _told(sys: Sys, tool: str, room: str, reason: str) -> None:
    await sys.speak(f"{_sentence(reason)} I clean {article(room)} without {article(tool)}.")


def _sentence(reason: str) -> str:
    text = reason.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
