# METADATA
# title: Confidential data reaches a place of lower confidentiality
# description: |
#   The data of a call is only admitted where its confidentiality is accepted, by the function, by the step's place in the composition and by
#   the node.
# schemas:
#   - input: schema.invocation
#   - data.weir.lattice: schema.data.lattice
# custom:
#   id: WEIR-FLOW-001
#   severity: critical
#   cwe: [CWE-200]
#   owasp: [SAS-3]
#   maturity: stable
#   recommended_action: Call with data that the place accepts, pass the data through a declassifier first, or choose a node with more clearance.
#   limits:
#     - the label is that of the whole call, not of single fields
package weir.policies.invocation.no_confidential_leak

import data.weir.lib.facts
import data.weir.lib.labels
import data.weir.lib.verdict

admitting contains place if {
	some place, bound in facts.bounds
	labels.level_flows_to(data.weir.lattice.confidentiality, input.weir.data.label.confidentiality, bound.confidentiality)
}

deny contains result if {
	some place, bound in facts.bounds
	not admitting[place]
	result := verdict.judged(
		rego.metadata.chain(),
		facts.label_is_known,
		verdict.words(["Data that is", input.weir.data.label.confidentiality, "must not get to the", place, "of", input.weir.function.id]),
		{
			"place": place,
			"function": input.weir.function.id,
			"node": input.weir.node.id,
			"confidentiality": input.weir.data.label.confidentiality,
			"accepts": bound.confidentiality,
		},
	)
}
