"""No question to the database that is asked for every message, or each second, looks at everything ever sent."""

import re
import sqlite3
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage import claiming, outbox
from tests.town import PLATFORM, town

pytestmark = pytest.mark.asyncio

# These grow with every message, for as long as the program is used; and so does what is on one platform or about one
# kind of thing.
_WHOLE = re.compile(
    r"SCAN (?:outbox|inbox|reminder)(?! USING)|SEARCH outbox USING INDEX ix_outbox_\w+ \((?:platform|subject)=\?\)$"
)


async def test_nothing_that_happens_all_the_time_looks_through_a_whole_table(tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if re.match(r"SELECT|UPDATE|DELETE", statement):
            asked[statement] = parameters[0] if many else parameters

    async with town(tmp_path) as here:
        event.listen(here.engine, "before_cursor_execute", note)
        for who, text in (("anna", "/help"), ("anna", "mag ik een laptop"), ("anna", "1"), ("bram", "/agenda")):
            await here.says(who, text)
        for words in ("/bericht", "Gemeenteraad", "De raadzaal is dicht.", "ja", "/bereik"):
            await here.says("griet", words)
        await here.later(timedelta(hours=2))
        await here.app.database.run(partial(claiming.oldest, now=here.now))  # for who watches the program
        await here.app.database.run(partial(outbox.hurry, platform=PLATFORM, now=here.now))  # after an outage
        await here.app.database.run(partial(outbox.release, by="", unsure=[]))  # at every end
        event.remove(here.engine, "before_cursor_execute", note)
        with sqlite3.connect(tmp_path / "raadsmaat.sqlite3") as plain:
            plans = {
                statement: [row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
                for statement, parameters in asked.items()
            }
        plain.close()
    assert len(plans) > 20
    assert not {statement: plan for statement, plan in plans.items() if any(map(_WHOLE.match, plan))}
