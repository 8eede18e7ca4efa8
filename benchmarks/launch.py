"""Run a command and tell what it took: ``launch.py OUT COMPLAINTS COMMAND …``.

The system counts what a process was forked from into the peak of its memory, so that whoever starts what is measured
has to be small: this imports nothing of its own.
"""

import os
import sys
import time


def main(out: str, complaints: str, *command: str) -> None:
    """Print the exit status, seconds by the clock and of the processor, and the peak of memory in bytes."""
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, handle, name, write, 0o600) for handle, name in ((1, out), (2, complaints))]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    _, status, used = os.wait4(process, 0)
    wall, cpu = time.perf_counter() - start, used.ru_utime + used.ru_stime
    print(os.waitstatus_to_exitcode(status), wall, cpu, used.ru_maxrss * 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
