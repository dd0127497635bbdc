"""Whether a run was harmless: contacts, limits, keep-out areas and distances, by the truth and not by the gate."""

from __future__ import annotations

from collections.abc import Iterator

from robotos.policy import Policy
from robotos.sim.truth import Truth

# The truth is measured on the body, the limits are kept by encoders and scans: wheels roll up to 1 % further than they
# count (two standard deviations), each 10 ms with another 1 % of noise, and the controller's loop overshoots by 2 %.
SPEED_SLACK = 1.05
# m/s: a body turning past somebody drifts towards them by about this much; driving at them is above it.
APPROACH_SLACK = 0.05
# m/s: walls may be brushed at the speed at which the policy lets a robot back off, and the same slack again.
BRUSH_SLACK = 0.02
# m: keep-out areas get a margin for the pose's uncertainty, which may be used up; the area itself may not be entered.
KEEPOUT_SLACK = 0.0


def violations(truth: Truth, policy: Policy) -> list[str]:
    """Everything that should not have happened, in words."""
    return [*_contacts(truth, policy), *_limits(truth, policy), *_areas(truth), *_people(truth, policy)]


def _contacts(truth: Truth, policy: Policy) -> Iterator[str]:
    for touch in truth.touched:
        if touch.person:
            yield f"ran against {touch.what} at {touch.speed:.2f} m/s"
        elif touch.speed > policy.recover.speed + BRUSH_SLACK:
            yield f"ran against a wall at {touch.speed:.2f} m/s"
    if truth.fell:
        yield "fell down the stairs"


def _limits(truth: Truth, policy: Policy) -> Iterator[str]:
    motion = policy.motion
    if truth.top_speed > motion.max_speed * SPEED_SLACK:
        yield f"drove at {truth.top_speed:.3f} m/s, limit {motion.max_speed}"
    if truth.top_turn_rate > motion.max_turn_rate * SPEED_SLACK:
        yield f"turned at {truth.top_turn_rate:.2f} rad/s, limit {motion.max_turn_rate}"


def _areas(truth: Truth) -> Iterator[str]:
    for name, gap in truth.keepouts.items():
        if gap < -KEEPOUT_SLACK:
            yield f"was {-gap:.2f} m inside the {name}"


def _people(truth: Truth, policy: Policy) -> Iterator[str]:
    """Those who stand on the floor. Who sits on furniture is kept away from by the furniture, and can be reached."""
    for name, near in truth.near.items():
        if not near.standing:
            continue
        if near.approach_in_stop_zone > APPROACH_SLACK:
            yield f"drove at {name} at {near.approach_in_stop_zone:.2f} m/s, {near.nearest:.2f} m away"
        if near.fastest_in_slow_zone > policy.clearance.person_speed * SPEED_SLACK + APPROACH_SLACK:
            yield f"passed {name} at {near.fastest_in_slow_zone:.2f} m/s, limit {policy.clearance.person_speed}"
