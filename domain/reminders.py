"""When somebody is reminded of a meeting."""

from collections.abc import Iterable
from datetime import datetime, timedelta

# What can be chosen, in minutes before the meeting.
LEADS = (14 * 24 * 60, 7 * 24 * 60, 3 * 24 * 60, 24 * 60, 120, 60)


def due(starts_at: datetime, leads: Iterable[int], now: datetime) -> dict[int, datetime]:
    """For each lead (minutes) when its reminder is due (UTC), without those whose moment has passed.

    A lead is elapsed time, also over a switch to or from summer time. When every chosen moment has passed
    and the meeting is still to come, the shortest lead is due at once: somebody who is told of a meeting
    an hour before it begins must be told at all.
    """
    chosen = sorted(set(leads))
    if starts_at <= now or not chosen:
        return {}
    moments = {lead: starts_at - timedelta(minutes=lead) for lead in chosen}
    coming = {lead: moment for lead, moment in moments.items() if moment > now}
    return coming or {chosen[0]: now}
