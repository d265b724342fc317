"""`python -m tests.independent [--out FILE]`: the transcript of an encrypted conversation."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.independent.conversation import have
from tests.synapse import Synapse

_HEAD = """# Een versleuteld gesprek

Gemaakt met `python -m tests.independent --out docs/metingen/versleuteld-gesprek.md`. Raadsmaat draait als programma,
met een echte Synapse-server. Anna gebruikt een client die geen code met Raadsmaat deelt: matrix-js-sdk, met de
versleuteling van Element. De client weigert apparaten waar het account niet zelf voor instaat. Na de vraag is
Raadsmaat gestopt en weer gestart.

"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.independent", description=__doc__)
    parser.add_argument("--out", type=Path, help="write it to a file")
    out: Path | None = parser.parse_args().out
    with tempfile.TemporaryDirectory() as name, Synapse(Path(name) / "synapse") as server:
        page = _HEAD + asyncio.run(have(server, Path(name))).transcript()
    if out is None:
        print(page)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
