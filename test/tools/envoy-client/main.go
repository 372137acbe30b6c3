// Command envoy-client speaks to an external authorization service as Envoy does: with the stubs that are generated from Envoy's own API. The tests
// compare what it gets with what is published; the benchmark uses it to make load.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: envoy-client check < requests.jsonl | envoy-client load [flags] | envoy-client certificates")
		os.Exit(2)
	}
	var err error
	switch os.Args[1] {
	case "check":
		err = check(os.Stdin, os.Stdout)
	case "certificates":
		err = certificates(os.Stdout)
	case "load":
		err = load(os.Args[2:], os.Stdout)
	default:
		err = fmt.Errorf("unknown command %q", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
