module headroom.dev/tools/crds

go 1.26.6

require (
	github.com/aws/karpenter-provider-aws v1.14.1
	github.com/kedacore/keda/v2 v2.20.2
	github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring v0.86.0
	sigs.k8s.io/controller-tools v0.21.0
	sigs.k8s.io/gateway-api v1.4.0
	sigs.k8s.io/karpenter v1.14.1
)
