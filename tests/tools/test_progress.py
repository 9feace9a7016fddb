"""What a person sees while something takes minutes, on a terminal and in a log."""

import io

import pytest

from tools.problem import Problem
from tools.progress import Step, duration
from tools.stages import Stages


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0s"), (9.94, "9.9s"), (10, "10s"), (59.4, "59s"), (60, "1m00s"), (245, "4m05s")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_log_gets_a_line_at_the_start_every_half_minute_and_at_the_end() -> None:
    clock, stream = Clock(), io.StringIO()
    step = Step("[3/9] kubernetes", 270, stream, clock)
    for second in range(1, 62):
        clock.now = second
        step.tick()
    step.finish("built")
    assert stream.getvalue().splitlines() == [
        "[3/9] kubernetes … (about 4m30s)",
        "[3/9] kubernetes … 30s of about 4m30s",
        "[3/9] kubernetes … 1m00s of about 4m30s",
        "[3/9] kubernetes: built in 1m01s",
    ]


def test_a_terminal_gets_one_line_that_is_rewritten_every_second() -> None:
    clock, stream = Clock(), Terminal()
    step = Step("[1/1] etcd", None, stream, clock)
    for tenth in range(1, 31):
        clock.now = tenth / 10
        step.tick()
    step.finish()
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().count("\r") == 5, "start, three seconds, end"


def test_a_failed_stage_is_named_with_cause_log_and_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    stages = Stages("make up", Clock())
    with pytest.raises(Problem) as raised, stages.stage("deploy"):
        raise Problem("pulumi up ended with exit status 1", cause=["error: no", "quota"], todo="ask for more")
    assert str(raised.value).splitlines() == [
        "make up: stage deploy failed after 0.0s: pulumi up ended with exit status 1",
        "  cause: error: no",
        "         quota",
        "  to do: ask for more",
    ]
    assert capsys.readouterr().out == "== deploy\n"


def test_an_interrupted_stage_says_what_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    stages = Stages("make up", Clock())
    with stages.stage("tools"):
        pass
    with pytest.raises(KeyboardInterrupt), stages.stage("cluster"):
        raise KeyboardInterrupt
    out = capsys.readouterr().out
    assert "make up: stopped in stage cluster after 0.0s." in out
    assert "Kept: tools. Run make up again to go on." in out


def test_the_summary_has_every_stage_and_the_sum() -> None:
    clock = Clock()
    stages = Stages("make up", clock)
    for name, seconds in (("tools", 0.5), ("deploy", 70.0)):
        with stages.stage(name):
            clock.now += seconds
    assert stages.summary().splitlines() == [
        "Stages:",
        "  tools   0.5s",
        "  deploy  1m10s",
        "  in all  1m10s",
    ]
