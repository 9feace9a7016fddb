// The Kubernetes provider of Pulumi, built from its module. The two files come out of the same module at build
// time (tools/recipes.py); they are not in this repository.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

// version is the release that the pinned pseudo-version is; the linker sets it.
var version string

func main() {
	provider.Serve("kubernetes", version, schema, terraformMapping)
}
