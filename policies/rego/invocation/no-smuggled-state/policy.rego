# METADATA
# title: A request brings platform state from outside
# description: |
#   Orchestrators keep their state in fields such as `$composer`, `__ow_user` or continuation tokens. In a request from outside they make a
#   function believe that it stands elsewhere in an execution, or acts for someone else.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-012
#   severity: critical
#   cwe: [CWE-470, CWE-915]
#   owasp: [SAS-1]
#   maturity: stable
#   recommended_action: Remove the reserved fields from the request.
#   limits:
#     - knows the reserved names of the platforms that the enforcement point has adapters for
package weir.policies.invocation.no_smuggled_state

import data.weir.lib.verdict

admitted if input.weir.smuggled == []

default request_was_searched := false

request_was_searched if is_array(input.weir.smuggled)

deny contains result if {
	not admitted
	result := verdict.judged(
		rego.metadata.chain(),
		request_was_searched,
		verdict.words(["A request to", input.weir.function.id, "brings platform state from outside."]),
		{"function": input.weir.function.id, "names": input.weir.smuggled},
	)
}
