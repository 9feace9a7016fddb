"""The table of tools, data alone: which Go module each is built from, how, and which versions on PATH do as well.

Versions of what is built are the pins in tools/go/<wrapper>/go.mod and are written nowhere else, except the
release number of the Kubernetes provider, whose module has only a pseudo-version. It never builds anything.
"""

from tools.versions import Range
from tools.wrapper import Copy, Edit, Generated, Stamp, Tool, Wrapper

PROVIDER_VERSION = "4.25.0"
"""Release of pulumi-kubernetes that the pinned pseudo-version is; requirements.lock locks its SDK to the same."""


_KUBE_VERSION = (
    "-s -w -X k8s.io/component-base/version.gitVersion=v{version}"
    " -X k8s.io/component-base/version.gitMajor={major} -X k8s.io/component-base/version.gitMinor={minor}"
)
# One control plane, one minor: kube-controller-manager may lag the API server by one but never lead it, so a
# mixture from PATH and cache is taken only within the pinned minor (Kubernetes version skew policy).
_CONTROL_PLANE = Range.of("1.36.0", "1.37.0")
# kubectl works one minor either side of the API server (Kubernetes version skew policy).
_KUBECTL = Range.of("1.35.0", "1.38.0")

# Both listen on every address of the machine, which is nobody's business but this machine's.
_LOOPBACK_KARPENTER = tuple(
    Edit(
        "sigs.k8s.io/karpenter", "pkg/operator/operator.go", before, before.replace('":%d"', '"127.0.0.1:%d"')
    )
    for before in (
        'fmt.Sprintf(":%d", options.FromContext(ctx).MetricsPort)',
        'fmt.Sprintf(":%d", options.FromContext(ctx).HealthProbePort)',
    )
)
_KEDA = "github.com/kedacore/keda/v2"
_LOOPBACK_KEDA = (
    Edit(
        _KEDA,
        "cmd/adapter/main.go",
        'fmt.Sprintf(":%v", metricsAPIServerPort)',
        'fmt.Sprintf("127.0.0.1:%v", metricsAPIServerPort)',
    ),
)

_PULUMI_SDK = "github.com/pulumi/pulumi/sdk/v3"
_PROVIDER = "github.com/pulumi/pulumi-kubernetes/provider/v4"
_PROVIDER_FILES = "cmd/pulumi-resource-kubernetes"
_KARPENTER_AWS = "github.com/aws/karpenter-provider-aws"
_KARPENTER_CHARTS = tuple(
    Copy(_KARPENTER_AWS, f"charts/{chart}/{pattern}", f"charts/{chart}/{to}")
    for chart in ("karpenter", "karpenter-crd")
    for pattern, to in (("*.yaml", ""), ("templates/*", "templates/"))
)
_PROMETHEUS_TYPES = "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring"

WRAPPERS: tuple[Wrapper, ...] = (
    Wrapper(
        name="pulumi",
        module="github.com/pulumi/pulumi/pkg/v3",
        tools=(
            Tool(
                "pulumi",
                "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                Range.of("3.225.0", "4.0.0"),
                ask=("version",),
                beside="pulumi-language-python",
            ),
        ),
        ldflags="-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={version}",
        copies=(
            Copy(
                _PULUMI_SDK,
                "python/cmd/pulumi-language-python-exec",
                "bin/pulumi-language-python-exec",
                executable=True,
            ),
        ),
        seconds=165,
        modules_gb=0.6,
        build_gb=1.5,
    ),
    Wrapper(
        name="etcd",
        module="go.etcd.io/etcd/server/v3",
        tools=(Tool("etcd", "go.etcd.io/etcd/server/v3", Range.of("3.6.0", "3.7.0")),),
        cgo=False,
        seconds=30,
        modules_gb=0.2,
        build_gb=0.5,
    ),
    Wrapper(
        name="kwok",
        module="sigs.k8s.io/kwok",
        tools=(
            Tool("kwok", "sigs.k8s.io/kwok/cmd/kwok", Range.of("0.8.0", "1.0.0")),
            Tool("kwokctl", "sigs.k8s.io/kwok/cmd/kwokctl", Range.of("0.8.0", "1.0.0")),
        ),
        seconds=85,
        modules_gb=0.4,
        build_gb=1.2,
    ),
    Wrapper(
        name="kubernetes",
        module="k8s.io/kubernetes",
        tools=(
            Tool("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", _CONTROL_PLANE),
            Tool("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager", _CONTROL_PLANE),
            Tool("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler", _CONTROL_PLANE),
            Tool("kubectl", "k8s.io/kubernetes/cmd/kubectl", _KUBECTL, ("version", "--client")),
        ),
        ldflags=_KUBE_VERSION,
        seconds=270,
        modules_gb=0.7,
        build_gb=2.5,
    ),
    Wrapper(
        name="karpenter",
        module="sigs.k8s.io/karpenter",
        tools=(Tool("karpenter", "sigs.k8s.io/karpenter/kwok"),),
        edits=_LOOPBACK_KARPENTER,
        seconds=100,
        modules_gb=0.5,
        build_gb=1.3,
    ),
    Wrapper(
        name="keda",
        module=_KEDA,
        tools=(
            Tool("keda-operator", f"{_KEDA}/cmd/operator", on_path=False),
            Tool("keda-adapter", f"{_KEDA}/cmd/adapter", on_path=False),
        ),
        edits=_LOOPBACK_KEDA,
        seconds=150,
        modules_gb=1.2,
        build_gb=2.2,
    ),
    Wrapper(
        name="crds",
        module="sigs.k8s.io/karpenter",
        tools=(Tool("controller-gen", "sigs.k8s.io/controller-tools/cmd/controller-gen", on_path=False),),
        copies=(
            # Karpenter's own with AWS's restrictions in them: what the vendor's chart brings.
            Copy(_KARPENTER_AWS, "pkg/apis/crds/*.yaml", "crds/karpenter-aws/"),
            Copy("sigs.k8s.io/karpenter", "kwok/apis/crds/*.yaml", "crds/karpenter-kwok/"),
            Copy(_KEDA, "config/crd/bases/*.yaml", "crds/keda/"),
            Copy("sigs.k8s.io/gateway-api", "config/crd/standard/*.yaml", "crds/gateway-api/"),
            *_KARPENTER_CHARTS,
        ),
        generated=(
            Generated(
                tuple(f"{_PROMETHEUS_TYPES}/{version}" for version in ("v1", "v1alpha1", "v1beta1")),
                "crds/prometheus-operator",
            ),
        ),
        seconds=30,
        modules_gb=0.5,
        build_gb=0.6,
    ),
    Wrapper(
        name="k6",
        module="go.k6.io/k6",
        tools=(Tool("k6", "go.k6.io/k6", Range.of("1.0.0", "3.0.0"), ("version",)),),
        seconds=60,
        modules_gb=0.4,
        build_gb=0.9,
    ),
    Wrapper(
        name="kubernetes-provider",
        module=_PROVIDER,
        release=PROVIDER_VERSION,
        tools=(Tool("pulumi-resource-kubernetes", ".", on_path=False),),
        ldflags="-s -w -X main.version={version}",
        stamps=(
            Stamp(_PROVIDER, f"{_PROVIDER_FILES}/schema.json", PROVIDER_VERSION),
            Stamp(_PROVIDER, f"{_PROVIDER_FILES}/terraform-mapping.json"),
        ),
        seconds=340,
        modules_gb=1.0,
        build_gb=3.0,
    ),
)

NOT_SERVED = {
    "k6-operator": "its CRDs are in no Go module that is served, so its objects cannot be applied to the local cluster",
    "AWS Load Balancer Controller": "its CRDs are in no Go module that is served, and no load balancer is there",
}
"""CRDs that cannot be had from pinned Go modules, and what follows."""


def wrapper_of(name: str) -> Wrapper:
    """The wrapper that builds a tool. Raises KeyError for a name that is not in the table."""
    for wrapper in WRAPPERS:
        if any(tool.name == name for tool in wrapper.tools):
            return wrapper
    raise KeyError(name)


def tool_named(name: str) -> Tool:
    return next(tool for tool in wrapper_of(name).tools if tool.name == name)
