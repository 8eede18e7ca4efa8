"""The version of haiten, which every JSON output carries."""


def haiten_version() -> str:
    """The installed version."""
    from importlib.metadata import version  # slow to load, and few commands print it

    return version("haiten")
