"""What a load balancer is told follows from the pods: never longer than they live, never longer than they keep open."""

import pytest

from components.policy.errors import ConfigurationError
from components.policy.front import RateRule, check_certificate, health_check, idle_timeout
from components.policy.place import place
from components.policy.quantities import Milliseconds
from components.policy.service import ServicePolicy, plan_service
from components.policy.workload import CommandProbe, HttpProbe, Probes, Shutdown
from tests.components.examples import GATEWAY_DEMAND

HERE = place("111122223333", "ap-northeast-2")


def ms(text: str) -> Milliseconds:
    return Milliseconds.parse(text)


def delay(**shutdown: str) -> tuple[int, str]:
    policy = ServicePolicy(shutdown=Shutdown(**{name: ms(value) for name, value in shutdown.items()}))
    derived = plan_service("gateway-api", GATEWAY_DEMAND, policy).drain.deregistration_delay
    return derived.value.seconds, derived.because


def test_a_target_is_kept_for_the_longest_request() -> None:
    seconds, because = delay(pre_stop="25s", longest_request="8s", margin="5s")
    assert seconds == 8
    assert because == "the longest request 8s may end; the pod is there for 13s after preStop"


def test_a_part_of_a_second_counts_as_a_whole_one_while_the_pod_is_there() -> None:
    assert delay(longest_request="7500ms", margin="5s")[0] == 8


def test_a_target_is_never_kept_longer_than_its_pod() -> None:
    assert delay(longest_request="7500ms", margin="0s")[0] == 7


@pytest.mark.parametrize(
    ("keep_alive", "idle"), [("5s", 4), ("5500ms", 5), ("60s", 59), ("61s", 60), ("1h", 60), ("500ms", 1)]
)
def test_the_balancer_lets_go_of_a_connection_before_the_pods_do(keep_alive: str, idle: int) -> None:
    assert idle_timeout(ms(keep_alive)).value.seconds == idle


def test_the_health_check_is_the_readiness_probe_within_what_a_balancer_knows() -> None:
    check = health_check(Probes().readiness)
    assert (check.path, check.port) == ("/readyz", None)
    # The guide's every 3 s is every 5 s; two failures, one success are two.
    figures = (check.interval.value, check.timeout.value, check.healthy.value, check.unhealthy.value)
    assert figures == (5, 2, 2, 2)
    assert check.interval.because == "readiness period 3s, within 5 to 300"


def test_a_readiness_that_only_the_pod_can_ask_is_refused() -> None:
    probe = CommandProbe(command=["true"], period=ms("6s"), timeout=ms("1s"), failure_threshold=2)
    with pytest.raises(ConfigurationError, match="since a load balancer asks from outside"):
        health_check(probe)


def test_a_health_check_gives_up_before_the_next_is_due() -> None:
    slow = HttpProbe(path="/", period=ms("6s"), timeout=ms("10s"), failure_threshold=20)
    check = health_check(slow)
    assert (check.interval.value, check.timeout.value, check.unhealthy.value) == (6, 5, 10)


def test_a_rate_rule_lets_in_all_who_share_an_address() -> None:
    rule = RateRule(rps_per_client="2", clients_per_address=100)
    assert rule.client_share.value == 60_000
    assert rule.blocks_above.value == 60_000
    assert rule.client_share.because == "100 clients x 2 requests/s x 5m"


def test_a_rate_rule_is_never_below_what_the_firewall_takes() -> None:
    assert RateRule(rps_per_client="1/100", clients_per_address=1).blocks_above.value == 10


def test_a_stated_limit_is_taken_as_it_is() -> None:
    rule = RateRule(rps_per_client="2", clients_per_address=100, limit=2_000)
    assert (rule.blocks_above.value, rule.client_share.value) == (2_000, 60_000)


def arn(where: str) -> str:
    return f"arn:{where}:certificate/0a1b2c-3d4e"


@pytest.mark.parametrize(
    ("certificate", "says"),
    [
        (arn("aws:acm:us-east-1:111122223333"), "a certificate in ap-northeast-2"),
        (arn("aws-us-gov:acm:us-gov-west-1:111122223333"), "a certificate in ap-northeast-2"),
        (arn("aws:acm:ap-northeast-2:999999999999"), "of the account 111122223333"),
        ("tickets.example.com", "the ARN of a certificate"),
        ("arn:aws:iam::111122223333:server-certificate/x", "the ARN of a certificate"),
    ],
)
def test_a_certificate_that_the_balancer_cannot_use_is_refused(certificate: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        check_certificate("exposure.certificates", certificate, HERE)


def test_a_certificate_of_its_region_and_account_is_taken() -> None:
    check_certificate("exposure.certificates", arn("aws:acm:ap-northeast-2:111122223333"), HERE)
