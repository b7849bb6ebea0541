"""``python -m starcite``: the command that the wheel installs."""

from __future__ import annotations

import os
import sys
import sysconfig


def main() -> int:
    """Run the command in place of this process."""
    name = "starcite"
    folders = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user"), os.path.dirname(sys.executable)]
    for folder in folders:
        command = os.path.join(folder, name)
        if os.access(command, os.X_OK):
            os.execv(command, [command, *sys.argv[1:]])
    print(
        "starcite: the command is not installed here: a wheel has it, a build from source has only the module. "
        "Install a wheel, or cargo install --git the repository",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
