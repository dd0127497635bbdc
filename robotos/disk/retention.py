"""How long what is on the disk is kept, as policy says, a few rows at a time so that nobody waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from robotos.disk.database import Database

BATCH = 200  # rows at a time: some milliseconds


class Rules(Protocol):
    """Days for which things are kept; 0 is for ever. (`robotos.policy.Disk` is one.)"""

    @property
    def conversation_days(self) -> float: ...

    @property
    def journal_days(self) -> float: ...

    @property
    def history_days(self) -> float: ...

    @property
    def sightings_days(self) -> float: ...

    @property
    def memories_days(self) -> float: ...


# Which rows are too old. What is true now stays however old it is: the newest belief about each thing, the newest task
# of each kind that was done in a room, and cleanings that may be gone on with.
_CONVERSATION = "DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE kind IN ('heard', 'say') AND at < ?"
_JOURNAL = "DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE at < ?"
_SIGHTINGS = (
    "DELETE FROM belief WHERE seq IN (SELECT seq FROM belief WHERE at < ? AND seq NOT IN (SELECT seq FROM whereabouts)"
)
_MEMORIES = "DELETE FROM memory WHERE id IN (SELECT id FROM memory WHERE at < ?"
_OLD_TASK = (
    "SELECT id FROM task WHERE end < ? AND EXISTS (SELECT 1 FROM task newer WHERE newer.task = task.task "
    "AND newer.room = task.room AND newer.outcome = task.outcome "
    "AND (coalesce(newer.end, newer.begin), newer.id) > (coalesce(task.end, task.begin), task.id))"
)
_LEDGERS = f"DELETE FROM ledger WHERE rowid IN (SELECT rowid FROM ledger WHERE task_id IN ({_OLD_TASK})"
_HISTORY = f"DELETE FROM task WHERE id IN ({_OLD_TASK} AND id NOT IN (SELECT task_id FROM ledger)"


def apply(database: Database, rules: Rules, now: datetime, limit: int = BATCH) -> int:
    """Delete at most `limit` rows of what is older than its days; how many. 0: there is nothing left to delete."""
    deleted = 0
    with database.transaction():
        for days, statement in (
            (rules.conversation_days, _CONVERSATION),
            (rules.journal_days, _JOURNAL),
            (rules.sightings_days, _SIGHTINGS),
            (rules.memories_days, _MEMORIES),
            (rules.history_days, _LEDGERS),
            (rules.history_days, _HISTORY),
        ):
            if days > 0 and deleted < limit:
                oldest = (now - timedelta(days=days)).isoformat(timespec="microseconds")
                deleted += database.execute(f"{statement} LIMIT ?)", (oldest, limit - deleted)).rowcount
    return deleted
