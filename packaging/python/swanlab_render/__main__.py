"""`python -m swanlab_render` is the program `swanlab-render`."""

import os
import subprocess
import sys

from swanlab_render import program

if __name__ == "__main__":
    command = [program(), *sys.argv[1:]]
    if os.name == "nt":
        # There, `exec` would return before the program has ended.
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)
