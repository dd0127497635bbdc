"""A robot in the cottage, to be told what to do."""

from __future__ import annotations

from tests.robots import MakeRobot, cottage, make, restart, robot

__all__ = ["MakeRobot", "cottage", "make", "restart", "robot"]
