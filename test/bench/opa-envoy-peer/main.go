// Command opa-envoy-peer is Open Policy Agent with its plugin for Envoy, as published: what the door for Envoy is compared with.
//
// The plugin is the newest version whose checksum is published in a go.sum elsewhere; OPA itself is the version that this repository is built with.
package main

import (
	"os"

	"github.com/open-policy-agent/opa-envoy-plugin/plugin"
	"github.com/open-policy-agent/opa/cmd"
	"github.com/open-policy-agent/opa/runtime"
)

func main() {
	runtime.RegisterPlugin(plugin.PluginName, plugin.Factory{})
	if err := cmd.RootCommand.Execute(); err != nil {
		os.Exit(1)
	}
}
