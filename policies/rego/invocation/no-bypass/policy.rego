# METADATA
# title: A required function is bypassed
# description: |
#   Data that has not passed a function that it must pass carries a mark `bypass:<function>`. It is only admitted where the contract lists that
#   mark.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-FLOW-005
#   severity: high
#   cwe: [CWE-693]
#   owasp: [SAS-1, SAS-3]
#   maturity: stable
#   recommended_action: Call the required function first and hand on what it returns.
#   limits:
#     - believes that the required function does its work; require-checked-code compares its digest
package weir.policies.invocation.no_bypass

import data.weir.lib.facts
import data.weir.lib.verdict

bypassed contains mark if {
	some mark in input.weir.data.label.marks
	startswith(mark, "bypass:")
}

listed contains [place, mark] if {
	some mark in bypassed
	some place in ["function", "edge"]
	mark in facts.bounds[place].marks
}

deny contains result if {
	some mark in bypassed
	some place in ["function", "edge"]
	facts.bounds[place]
	not listed[[place, mark]]
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words(["Data has not passed", substring(mark, 7, -1), "on its way to", input.weir.function.id]),
		{"place": place, "function": input.weir.function.id, "mark": mark},
	)
}
