# METADATA
# title: A result leaves the regions it may be in
# description: |
#   A result with a residency label is only given to functions whose regions are among its own.
# schemas:
#   - input: schema.result
#   - data.weir.functions: schema.data.functions
# custom:
#   id: WEIR-FLOW-003
#   severity: critical
#   cwe: [CWE-201]
#   owasp: [SAS-3]
#   maturity: stable
#   recommended_action: Call the function from a region of its data.
#   limits:
#     - where users and services are is not known; only functions are looked at
package weir.policies.result.no_region_escape

import data.weir.lib.labels
import data.weir.lib.verdict

bound := data.weir.functions[input.weir.caller.id].accepts.region if input.weir.caller.kind == "function"

admitted if input.weir.caller.kind in {"anonymous", "user", "service"}

admitted if labels.names_flow_to(input.result.label.region, bound)

default bound_is_known := false

bound_is_known if is_array(bound)

bound_is_known if bound == "all"

deny contains result if {
	not admitted
	result := verdict.judged(
		rego.metadata.chain(),
		bound_is_known,
		verdict.words(["A result of", input.weir.function.id, "must not leave its regions."]),
		{
			"function": input.weir.function.id,
			"caller": input.weir.caller.id,
			"region": input.result.label.region,
		},
	)
}
