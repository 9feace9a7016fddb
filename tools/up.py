"""`make up`, `make status` and `make down`: the order of the stages, and what a failure in each means.

It decides what runs when and what is kept. Each stage looks first and does nothing where all is well, so running the
command again is how any failure or interrupt is mended.
"""

import subprocess
import sys
from pathlib import Path

from tools import children, engine, local, places, toolchain, venv
from tools.engine import Engine
from tools.problem import Problem, last_lines
from tools.progress import Step, say
from tools.stages import Stages

_LOCAL = "local"
_ERROR_LINES = 12
# What nobody does while a part of the local cluster does not run.
_DUTY = {
    "etcd": "nothing can be read or written",
    "kube-apiserver": "nobody answers",
    "kube-controller-manager": "no pod is made, and no autoscaler scales",
    "kube-scheduler": "no new pod gets a node",
    "kwok-controller": "no new pod or node becomes Ready",
    "metrics": "the autoscalers have no figures",
    "karpenter": "no node is bought or taken away",
    "keda-operator": "what KEDA scales stays as it is",
    "keda-adapter": "what KEDA scales has no figures",
}


def up() -> int:
    if any(character.isspace() for character in str(places.CHECKOUT)):
        raise Problem(
            f"the checkout's path has a space: {places.CHECKOUT}",
            cause="the tools that start the control plane write beside such a path",
            todo="move the checkout to a path without spaces",
        )
    stages = Stages("make up")
    with stages.stage("tools", "the toolchain and the Python environment"):
        _tools_and_venv()
    deployment = engine.local()
    deployment.prepare()
    if deployment.setting("cluster.kind", _LOCAL) == _LOCAL:
        with stages.stage("cluster", "control plane, metrics and Karpenter on this machine"):
            _cluster(deployment)
    else:
        say(f"== cluster: the stack {deployment.stack} names one of its own; none is started here")
    with stages.stage("deploy", f"pulumi up of the stack {deployment.stack}"):
        _deploy(deployment)
    with stages.stage("ready", "until every pod is Ready and every autoscaler has its metrics"):
        if _ops("status", "--wait") != 0:
            raise Problem(
                "the platform is not well yet",
                cause="what is missing is said above",
                todo="make status shows it again; the logs are in .headroom/logs",
            )
    say(stages.summary())
    return 0


def status() -> int:
    if not venv.ready():
        raise Problem("status: there is no Python environment yet", todo="make up")
    well = _ops("status")
    dead = _dead()
    for line in dead:
        say(line)
    return well or len(dead[:1])


def _dead() -> list[str]:
    """The parts of the local cluster that have ended and what goes without them; none where none is started here."""
    if engine.local().setting("cluster.kind", _LOCAL) != _LOCAL:
        return []
    state = local.state()
    if not state.exists:
        return []
    return [
        f"{part.name} of the local cluster does not run (it had the process id {part.pid}): {_DUTY[part.name]};"
        f" its log is {part.log}; run make up, which starts it again and keeps the rest"
        for part in state.parts
        if not part.alive
    ]


def down() -> int:
    stages = Stages("make down")
    deployment = engine.local()
    if _anything_deployed(deployment):
        with stages.stage("destroy", f"the stack {deployment.stack}"):
            _destroy(deployment)
    with stages.stage("cluster", "stopping what was started here"):
        existed = local.down(say)
    say("The local cluster is gone." if existed else "No local cluster was running.")
    say(f"Kept: the toolchain in {places.cache()}, .venv, and the passphrase and logs in {places.STATE}.")
    return 0


def _tools_and_venv() -> None:
    """Both at once: pip waits for the network while go compiles."""
    log = places.LOGS / "venv-stage.log"
    if venv.ready():
        toolchain.ensure()
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    say("venv: installing requirements.lock into .venv at the same time")
    with log.open("wb") as sink:
        child = subprocess.Popen(
            [sys.executable, "-m", "tools", "venv"],
            cwd=places.CHECKOUT,
            stdout=sink,
            stderr=sink,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        toolchain.ensure()
        _wait_for_venv(child, log)
    finally:
        if child.poll() is None:
            children.end_group(child)


def _wait_for_venv(child: "subprocess.Popen[bytes]", log: Path) -> None:
    step = Step("venv")
    while True:
        try:
            status = child.wait(0.2)
            break
        except subprocess.TimeoutExpired:
            step.tick()
    step.finish("ready" if status == 0 else "failed")
    if status != 0:
        raise Problem("the Python environment could not be made", cause=last_lines(log), log=log)


def _cluster(deployment: Engine) -> None:
    cluster = local.up(say, instance_types=_instance_types(deployment))
    if deployment.move_to(cluster.uid):
        say("The cluster is a new one: the engine forgets what it had deployed to the one before.")


def _instance_types(deployment: Engine) -> Path:
    """What Karpenter may buy here: the plan's own instance types, in the stack's zones."""
    made = subprocess.run(
        [str(places.venv_python()), "-m", "ops.kwok", deployment.stack],
        cwd=places.CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise Problem(f"the stack {deployment.stack} cannot be read", cause=made.stderr.strip().splitlines())
    path = places.STATE / "instance-types.json"
    if not path.exists() or path.read_text() != made.stdout:
        path.write_text(made.stdout)
    return path


def _deploy(deployment: Engine) -> None:
    """Deploys. Creations that a killed pulumi left open are done again by that (server-side apply takes what is
    there); only then are they struck from its list, since the engine warns of them for ever."""
    _pulumi(deployment, ["up", "--yes", "--skip-preview"])
    if deployment.has_pending():
        say("Striking out what a pulumi that was killed had left open.")
        _pulumi(deployment, ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"])


def _pulumi(deployment: Engine, arguments: list[str]) -> None:
    log = places.LOGS / "deploy.log"
    result = deployment.run_logged(arguments, log)
    if result != 0:
        raise Problem(
            f"pulumi {arguments[0]} ended with exit status {result}",
            cause=_errors(log),
            log=log,
            todo="mend the cause and run make up again: it goes on from what was deployed",
        )


def _anything_deployed(deployment: Engine) -> bool:
    """Whether there is a stack to destroy; one whose state cannot be read is put aside."""
    try:
        return deployment.has_resources()
    except Problem as problem:
        say(f"{problem}\nNothing can be destroyed from that: it is put aside.")
        deployment.forget()
        return False


def _destroy(deployment: Engine) -> None:
    """A cluster of our own goes away in any case, so a stack that cannot be destroyed in it is forgotten with it."""
    ours = deployment.setting("cluster.kind", _LOCAL) == _LOCAL
    if ours and not local.state().answers:
        say("The local cluster does not answer, so what was deployed to it is gone: removing its state.")
        deployment.forget()
        return
    log = places.LOGS / "destroy.log"
    result = deployment.run_logged(["destroy", "--yes", "--skip-preview"], log)
    if result == 0:
        return
    if not ours:
        raise Problem(
            f"pulumi destroy ended with exit status {result}",
            cause=_errors(log),
            log=log,
            todo="mend the cause and run make down again",
        )
    say(
        f"pulumi destroy ended with exit status {result} (log: {log}); the cluster is removed with what is in it."
    )
    deployment.forget()


def _errors(log: Path) -> list[str]:
    """What a pulumi log says went wrong: its diagnostics from the first error on, or else its end."""
    lines = [line.strip() for line in last_lines(log, 200)]
    starts = [number for number, line in enumerate(lines) if line.startswith("error:")]
    if not starts:
        return lines[-_ERROR_LINES:]
    block = lines[starts[0] :]
    end = next(
        (number for number, line in enumerate(block) if line in ("Resources:", "Outputs:")), len(block)
    )
    return block[:end][:_ERROR_LINES]


def _ops(*arguments: str) -> int:
    """A command for people, on this terminal; its exit status. It says itself what is wrong."""
    command = [str(places.venv_python()), "-m", "ops", *arguments]
    child = subprocess.Popen(command, cwd=places.CHECKOUT, env=engine.local().environment())
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
