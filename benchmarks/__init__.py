"""Benchmarks: the same R8 work done by haiten and by others, side by side in one run (``docs/performance.md``)."""
