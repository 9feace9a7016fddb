"""The rules of components.policy as a Pulumi policy pack, for any program that deploys Kubernetes objects."""
