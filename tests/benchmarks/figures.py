"""What a benchmark measured, said."""

from pytest_benchmark.fixture import BenchmarkFixture


def say(benchmark: BenchmarkFixture, figures: str) -> None:
    """Print the figures and keep them with the benchmark's own, which measures nothing itself."""
    benchmark.extra_info["figures"] = figures
    benchmark.pedantic(lambda: None)  # type: ignore[no-untyped-call]
    print(f"\n{figures}")
