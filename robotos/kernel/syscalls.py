"""The syscall table: the contract between model, programs, gate, documentation and everything that comes after."""

from __future__ import annotations

from robotos.errno import Errno
from robotos.kernel.calls import Kind
from robotos.kernel.table import Operand, Syscall

R, P, O, H = Kind.ROOM, Kind.PLACE, Kind.THING, Kind.PERSON  # noqa: E741 - the letters the prompt uses
C, N, T, D, M, A, Q, X, K = (
    Kind.CATEGORY,
    Kind.NUMBER,
    Kind.TIME,
    Kind.DURATION,
    Kind.DISTANCE,
    Kind.ANGLE,
    Kind.TEXT,
    Kind.UNKNOWN,
    Kind.PROCESS,
)

SAY_ACTS = (
    "hello",
    "bye",
    "thanks",  # answers to being thanked
    "name",
    "abilities",
    "feeling",
    "joke",
    "yes",
    "no",
    "ok",
    "sorry",
    "cannot",  # asked for something no robot like this can do
    "unsafe",  # asked for something that would hurt or break
    "unclear",  # did not understand
    "when",  # asked for something at a moment that the robot cannot know: it asks for a time
)
STATUS_OF = ("battery", "position", "task", "progress", "clock", "held", "schedule", "date")
TASK_WORDS = ("clean", "goto", "fetch", "find", "dock", "follow")


def _one(name: str, *kinds: Kind, literals: tuple[str, ...] = (), required: bool = True) -> Operand:
    return Operand(name, frozenset(kinds), literals, required=required)


def _flag(word: str) -> Operand:
    return Operand(word, keyword=word, flag=True, required=False)


_MOTION = (Errno.EPERM, Errno.EBUSY, Errno.ECANCELED, Errno.EHOSTUNREACH, Errno.ENODEV, Errno.ETIMEDOUT)

TABLE: tuple[Syscall, ...] = (
    # motion
    Syscall(
        "goto",
        "Drive to a room, a place or a person, who may be said to be somewhere.",
        (_one("dest", R, P, H), Operand("where", frozenset({R, P}), keyword="at", required=False)),
        (*_MOTION, Errno.ENOENT),
        "motion",
        motion=True,
        program="goto",
    ),
    Syscall(
        "move_by",
        "Drive straight: a distance (default 0.5 m) forward or back.",
        (_one("way", literals=("forward", "back")), _one("metres", M, required=False)),
        (*_MOTION, Errno.ERANGE),
        "motion",
        motion=True,
        program="move_by",
    ),
    Syscall(
        "turn_by",
        "Turn on the spot: an angle (default 90 degrees) left or right, or to face the other way (half a turn).",
        (_one("way", literals=("left", "right", "around")), _one("radians", A, required=False)),
        (*_MOTION, Errno.ERANGE),
        "motion",
        motion=True,
        program="turn_by",
    ),
    Syscall(
        "follow",
        "Keep near a person until told otherwise, or until both are where they were going.",
        (_one("person", H), Operand("until", frozenset({R, P}), keyword="to", required=False)),
        (*_MOTION, Errno.ENOENT),
        "motion",
        motion=True,
        program="follow",
    ),
    Syscall(
        "lead",
        "Go ahead of a person to a room or place, at their pace.",
        (_one("person", H), Operand("dest", frozenset({R, P}), keyword="to")),
        (*_MOTION, Errno.ENOENT),
        "motion",
        motion=True,
        program="lead",
    ),
    Syscall("dock", "Drive home to the charger.", (), _MOTION, "motion", motion=True, program="dock"),
    Syscall("stop", "Stop everything that moves, now; latches until the next explicit order."),
    Syscall("pause", "Hold the running task where it is; `resume` goes on.", (), (Errno.ENOENT,)),
    Syscall(
        "resume", "Go on with the paused or interrupted task.", (), (*_MOTION, Errno.ENOENT), "motion", motion=True
    ),
    Syscall(
        "recover",
        "Back away from a bumper or cliff contact, as far as policy allows.",
        (),
        _MOTION,
        "motion",
        motion=True,
    ),
    # work
    Syscall(
        "clean",
        "Clean rooms, all of them, or all but some. `spot` cleans only around the robot.",
        (
            Operand("rooms", frozenset({R, P}), ("all", "here", "spot"), many=True),
            Operand("but", frozenset({R}), keyword="but", many=True, required=False),
            Operand("times", frozenset({N}), keyword="times", required=False),
            _flag("force"),
        ),
        (*_MOTION, Errno.EALREADY, Errno.ENOENT),
        "motion",
        motion=True,
        program="clean",
    ),
    Syscall(
        "find",
        "Look for a thing or a person, or anything of a kind, where it is likely to be or where it is said to be.",
        (_one("thing", O, X, C, H), Operand("where", frozenset({P, R}), keyword="at", required=False)),
        (*_MOTION, Errno.ENOENT),
        "motion",
        motion=True,
        program="find",
    ),
    Syscall(
        "fetch",
        "Get a thing, from a place if one is named, and bring it to a person, put it at a place, or back where it was.",
        (
            Operand("things", frozenset({O, C}), many=True),
            Operand("source", frozenset({P, R}), keyword="from", required=False),
            Operand("dest", frozenset({H, P, R}), ("back",), keyword="to", required=True),
        ),
        (*_MOTION, Errno.ENOENT, Errno.EALREADY),
        "manipulate",
        motion=True,
        program="fetch",
    ),
    Syscall(
        "pick",
        "Drive to a thing and take it.",
        (_one("thing", O),),
        (*_MOTION, Errno.ENOENT),
        "manipulate",
        motion=True,
        program="pick",
    ),
    Syscall(
        "put",
        "Put down what the gripper holds, at a place, here, or back where it was.",
        (_one("dest", P, R, literals=("here", "back")),),
        (*_MOTION, Errno.ENOENT),
        "manipulate",
        motion=True,
        program="put",
    ),
    Syscall(
        "give",
        "Hand what the gripper holds to a person.",
        (_one("person", H),),
        (*_MOTION, Errno.ENOENT),
        "manipulate",
        motion=True,
        program="give",
    ),
    Syscall(
        "look",
        "Go to a place or room and say what is seen there; `here` looks around without driving.",
        (_one("dest", P, R, literals=("here",)),),
        (*_MOTION, Errno.ENOENT),
        "motion",
        motion=True,
        program="look",
    ),
    Syscall(
        "count",
        "Go and count things of a kind, or people, at a place or in a room.",
        (_one("what", O, C, H, literals=("people",)), Operand("where", frozenset({P, R}), ("here",), keyword="at")),
        (*_MOTION, Errno.ENOENT),
        "motion",
        motion=True,
        program="count",
    ),
    Syscall(
        "read",
        "Go to a place and read out the note or label there.",
        (_one("place", P, R),),
        (*_MOTION, Errno.ENOENT),
        "motion",
        motion=True,
        program="read",
    ),
    # words
    Syscall(
        "say",
        "Say one of the stock acts, or words the owner gave, to whoever asked or to a person in the home.",
        (_one("what", Q, literals=SAY_ACTS), Operand("to", frozenset({H}), keyword="to", required=False)),
    ),
    Syscall("ask", "Ask the owner which one is meant.", (Operand("about", frozenset({R, P, O, H, X}), many=True),)),
    # disk
    Syscall(
        "recall",
        "Answer from the disk: where a thing or person is, what is at a place, what was told about something; "
        "`words` searches with the question as it was asked.",
        (_one("about", O, P, R, H, X, Q, literals=("words",)),),
        (Errno.ENOENT,),
    ),
    Syscall(
        "remember",
        "Write to the disk: a thing is at a place, or the owner's words as they were said.",
        (_one("what", O, Q, literals=("that",)), Operand("at", frozenset({P, R, H}), keyword="at", required=False)),
        (Errno.EINVAL,),
        "disk",
    ),
    Syscall(
        "forget",
        "Delete from the disk what was told about something.",
        (_one("about", O, P, R, H, X, Q, literals=("that",)),),
        (Errno.ENOENT,),
        "disk",
    ),
    Syscall(
        "history",
        "Answer when a task was last done, in a room or at all; without operands: what was done today.",
        (_one("task", literals=TASK_WORDS, required=False), _one("room", R, required=False)),
        (Errno.ENOENT,),
    ),
    Syscall(
        "alias",
        "Learn the owner's own name for a room, place, thing or person: `alias x1 is r2`.",
        (_one("name", X, Q, O, P, R, H), Operand("target", frozenset({R, P, O, H}), keyword="is")),
        (Errno.EINVAL, Errno.EALREADY),
        "disk",
    ),
    Syscall(
        "teach",
        "Learn what the owner means by a phrase: whenever it is heard, the call is made.",
        (_one("phrase", Q), Operand("call", keyword="do", call=True)),
        (Errno.EINVAL, Errno.EACCES),
        "disk",
    ),
    # time
    Syscall(
        "schedule",
        "Make a call later: at a time of day or after a duration; `every` repeats it.",
        (
            _one("when", T, D),
            Operand("every", frozenset({D}), keyword="every", required=False),
            Operand("call", keyword="do", call=True),
        ),
        (Errno.EINVAL, Errno.EACCES),
    ),
    Syscall("wait", "Wait before the next call.", (_one("seconds", D),), (Errno.EINTR,)),
    # processes
    Syscall(
        "kill",
        "Cancel: the running task, the order given last (running or planned), what is scheduled, everything, or one "
        "process.",
        (_one("target", K, literals=("current", "last", "scheduled", "everything")),),
        (Errno.ENOENT,),
    ),
    Syscall(
        "spawn",
        "Start a call as a process of its own and go on.",
        (Operand("call", keyword="do", call=True),),
        (Errno.EACCES,),
        model=False,
    ),
    Syscall(
        "wait_for",
        "Wait until a process ends; answers its result.",
        (_one("process", K),),
        (Errno.ENOENT,),
        model=False,
    ),
    Syscall(
        "send",
        "Put a message into a process's mailbox.",
        (_one("process", K), _one("message", Q)),
        (Errno.ENOENT,),
        model=False,
    ),
    Syscall("exit", "Nothing more to do for these words."),
    # state
    Syscall("status", "Answer about the robot itself.", (_one("of", literals=STATUS_OF),)),
)

BY_NAME = {row.name: row for row in TABLE}
