"""What the owner has chosen with `robotos models use`: written to `models.toml` in the home directory, read at starts.

A choice that cannot be kept never stops the robot, and is never passed over in silence: what comes with robotos does
the work, and a notice says so and what to do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from robotos.boot.children import BootError
from robotos.boot.library.catalogue import MODELS, HubModel, Role
from robotos.boot.library.store import missing, sha256_of_main
from robotos.peripherals.sound import SoundError
from robotos.peripherals.wyoming.address import Address, is_address, parse_address

FILE = "models.toml"
BUILT_IN: Mapping[str, Role] = MappingProxyType(
    {"bundled": Role.LARGER, "pocketsphinx": Role.RECOGNISER, "espeak": Role.VOICE}
)
"""What robotos does without any of these models, by the name it is chosen with."""
SERVED = (Role.RECOGNISER, Role.VOICE)
"""What a Wyoming service can do as well: then `wyoming://host:port` stands in the place of a model's name."""
_INSTEAD = {
    Role.LARGER: "the bundled model works alone",
    Role.RECOGNISER: "pocketsphinx listens",
    Role.VOICE: "espeak-ng speaks",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The models to start with, by role: a model that is there, or None for what is built in.

    A role that is in neither `models` nor `services`, where another machine does it, was left open. `notices` tells
    which choices could not be kept, and why.
    """

    models: Mapping[Role, HubModel | None] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    services: Mapping[Role, Address] = field(default_factory=dict)

    def file(self, role: Role, home: Path) -> Path | None:
        """The main file of the chosen model; None where nothing was chosen that is there."""
        model = self.models.get(role)
        return model.main_file(home) if model is not None else None

    def built_in(self, role: Role) -> bool:
        """Whether what comes with robotos is to do it, although another model may lie in the home directory."""
        return role in self.models and self.models[role] is None


def read_choice(home: Path) -> Choice:
    """What the owner wants, as far as it is there."""
    path = home / FILE
    try:
        plain = _lines(path)
    except (OSError, ValueError) as error:
        every: dict[Role, HubModel | None] = dict.fromkeys(Role)
        return Choice(every, (f"{path} cannot be read ({error}): {', '.join(_INSTEAD.values())}. {_MEND}",))
    models: dict[Role, HubModel | None] = {}
    services: dict[Role, Address] = {}
    notices = []
    for key, name in plain.items():
        role, problem = _understood(path, key, name)
        if role is None:
            notices.append(problem)
            continue
        if not problem and is_address(str(name)):
            services[role] = parse_address(str(name))
            continue
        model = MODELS.get(str(name))
        problem = problem or (_absent(model, home) if model is not None else "")
        models[role] = None if problem else model
        if problem:
            notices.append(f"{problem}: {_INSTEAD[role]} until then")
    return Choice(models, tuple(notices), services)


def choose(home: Path, name: str) -> Role:
    """Note that a model is to be used, or by its name what is built in; the role it has.

    Raises:
        BootError: there is no such model, it is not here, it is damaged, or the choice cannot be written.
    """
    role = BUILT_IN.get(name)
    if role is None:
        if name not in MODELS:
            raise BootError(f"there is no model {name!r} to choose; known: {', '.join([*MODELS, *BUILT_IN])}")
        model = MODELS[name]
        role = model.role
        if problem := missing(model, home):
            raise BootError(f"{problem}; first: robotos models pull {name}")
        _must_be_whole(model, home)
    _write(home, {**_names(home), role: name})
    return role


def choose_service(home: Path, roles: Collection[Role], address: Address) -> None:
    """Note that a Wyoming service is to do these things. Raises `BootError` when the choice cannot be written."""
    _write(home, {**_names(home), **dict.fromkeys(roles, str(address))})


def forget(home: Path, model: HubModel) -> bool:
    """A model that is removed is chosen no longer; whether it was. Raises `BootError` when that cannot be written."""
    if _names(home).get(model.role) == model.name:
        choose(home, _built_in_name(model.role))
        return True
    return False


_MEND = f"Mend it, or delete it and choose again with `robotos models use` ({FILE})"


def _lines(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def _names(home: Path) -> dict[Role, str]:
    """What was chosen by name, whether it is there or not; nothing of a file that cannot be read."""
    try:
        plain = _lines(home / FILE)
    except (OSError, ValueError):
        return {}
    return {role: str(plain[role]) for role in Role if not _understood(home / FILE, role, plain.get(role))[1]}


def _understood(path: Path, key: str, name: object) -> tuple[Role | None, str]:
    """The role of one line, and what is wrong with the line."""
    if key not in set(Role):
        return None, f"{path}: there is no {key!r}; known: {', '.join(Role)}. {_MEND}"
    role = Role(key)
    if role in SERVED and is_address(str(name)):
        return role, _misspelt(path, str(name))
    model = MODELS.get(str(name))
    if BUILT_IN.get(str(name)) is role or (model is not None and model.role is role):
        return role, ""
    fitting = [*(one.name for one in MODELS.values() if one.role is role), _built_in_name(role)]
    return role, f"{path}: {name!r} is no {role}; put one of {', '.join(fitting)} there"


def _misspelt(path: Path, address: str) -> str:
    try:
        parse_address(address)
    except SoundError as error:
        return f"{path}: {error}"
    return ""


def _absent(model: HubModel, home: Path) -> str:
    try:
        problem = missing(model, home)
    except BootError as error:
        return str(error)
    return f"{model.name} was chosen, and {problem}; get it with `robotos models pull {model.name}`" if problem else ""


def _must_be_whole(model: HubModel, home: Path) -> None:
    """At starts only sizes are looked at; here the main file is read once."""
    from robotos.cpu.models import sha256_of

    file = model.main_file(home)
    if sha256_of(file) != sha256_of_main(model, home):
        raise BootError(f"{file} is damaged (its SHA-256 differs); get it anew: robotos models pull {model.name}")


def _built_in_name(role: Role) -> str:
    return next(name for name, its in BUILT_IN.items() if its is role)


def _write(home: Path, names: Mapping[Role, str]) -> None:
    path = home / FILE
    lines = ["# Written by `robotos models use`.", *(f'{role} = "{name}"' for role, name in sorted(names.items()))]
    draft = path.with_suffix(".part")
    try:
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise BootError(f"{path} cannot be written ({error}); see to its owner and mode") from error
