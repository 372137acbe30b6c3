# METADATA
# title: A confidential result goes to a caller of lower confidentiality
# description: |
#   A function that calls gets nothing back above what it accepts. A caller who has not proved who it is gets nothing back above what it sent. A
#   result must not be above the clearance of the node either.
# schemas:
#   - input: schema.result
#   - data.weir.functions: schema.data.functions
#   - data.weir.lattice: schema.data.lattice
# custom:
#   id: WEIR-FLOW-001
#   severity: critical
#   cwe: [CWE-200]
#   owasp: [SAS-3]
#   maturity: stable
#   recommended_action: Have the function return less, or pass its result through a declassifier.
#   limits:
#     - users and services that have proved who they are are bound by the tenant of the result only
package weir.policies.result.no_confidential_result

import data.weir.lib.facts
import data.weir.lib.labels
import data.weir.lib.verdict

# Where the result gets to, with the highest level that may be there.
bounds["node"] := facts.node.clearance.confidentiality

bounds["caller"] := data.weir.functions[input.weir.caller.id].accepts.confidentiality if by_function

bounds["caller"] := input.weir.data.label.confidentiality if not facts.caller_is_authenticated

by_function if {
	facts.caller_is_authenticated
	input.weir.caller.kind == "function"
}

admitting contains place if {
	some place, bound in bounds
	labels.level_flows_to(data.weir.lattice.confidentiality, input.result.label.confidentiality, bound)
}

deny contains result if {
	some place, bound in bounds
	not admitting[place]
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words(["A result that is", input.result.label.confidentiality, "must not get to the", place]),
		{
			"place": place,
			"function": input.weir.function.id,
			"confidentiality": input.result.label.confidentiality,
			"accepts": bound,
		},
	)
}

deny contains result if {
	by_function
	not bounds.caller
	result := verdict.undecided(
		rego.metadata.chain(),
		verdict.words(["What", input.weir.caller.id, "may be given is not in the contract."]),
		{"function": input.weir.function.id, "caller": input.weir.caller.id},
	)
}

deny contains result if {
	not bounds.node
	result := verdict.undecided(
		rego.metadata.chain(),
		verdict.words(["Nothing is known about node", input.weir.node.id]),
		{"function": input.weir.function.id, "node": input.weir.node.id},
	)
}
