# METADATA
# title: Untrusted data feeds a function that needs integrity
# description: |
#   A function, step or node that asks for integrity is not given data of less integrity.
# schemas:
#   - input: schema.invocation
#   - data.weir.lattice: schema.data.lattice
# custom:
#   id: WEIR-INTEGRITY-001
#   severity: high
#   cwe: [CWE-20]
#   owasp: [SAS-1]
#   maturity: stable
#   recommended_action: Pass the data through a validator that is declared as an endorser, or call from where data is trusted.
#   limits:
#     - the label is that of the whole call, not of single fields
#     - believes that a declared endorser does its work
package weir.policies.invocation.no_untrusted_sink

import data.weir.lib.facts
import data.weir.lib.labels
import data.weir.lib.verdict

admitting contains place if {
	some place, bound in facts.bounds
	labels.level_flows_to(data.weir.lattice.integrity, input.weir.data.label.integrity, bound.integrity)
}

deny contains result if {
	some place, bound in facts.bounds
	not admitting[place]
	result := verdict.judged(
		rego.metadata.chain(),
		facts.label_is_known,
		verdict.words(["Data that is", input.weir.data.label.integrity, "must not feed the", place, "of", input.weir.function.id]),
		{
			"place": place,
			"function": input.weir.function.id,
			"node": input.weir.node.id,
			"integrity": input.weir.data.label.integrity,
			"accepts": bound.integrity,
		},
	)
}
