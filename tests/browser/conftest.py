"""Pages in a browser are tried where there is one to drive: ``make test-browser`` installs what that takes."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
