# METADATA
# title: Data of one tenant reaches another
# description: |
#   Data of a tenant is only given to functions, steps and nodes that no other tenant reads.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-FLOW-004
#   severity: critical
#   cwe: [CWE-668]
#   owasp: [SAS-5]
#   maturity: stable
#   recommended_action: Call the function of the tenant that the data belongs to, or one that keeps tenants apart.
#   limits:
#     - a place that keeps tenants apart is declared with an empty list of readers; no-residual-label guards its instances
package weir.policies.invocation.no_tenant_crossing

import data.weir.lib.facts
import data.weir.lib.labels
import data.weir.lib.verdict

admitting contains place if {
	some place, bound in facts.bounds
	labels.names_flow_to(input.weir.data.label.tenant, bound.tenant)
}

deny contains result if {
	some place, bound in facts.bounds
	not admitting[place]
	result := verdict.judged(
		rego.metadata.chain(),
		facts.label_is_known,
		verdict.words(["Data of a tenant must not get to the", place, "of", input.weir.function.id]),
		{
			"place": place,
			"function": input.weir.function.id,
			"node": input.weir.node.id,
			"tenant": input.weir.data.label.tenant,
			"accepts": bound.tenant,
		},
	)
}
