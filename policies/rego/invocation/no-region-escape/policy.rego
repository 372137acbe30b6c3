# METADATA
# title: Data leaves the regions it may be in
# description: |
#   Data with a residency label is only given to functions, steps and nodes of its regions. A node whose region is not known is in none of them.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-FLOW-003
#   severity: critical
#   cwe: [CWE-201]
#   owasp: [SAS-3]
#   maturity: stable
#   recommended_action: Call the function on a node in a region of the data.
#   limits:
#     - believes the region that the node was registered with
#     - does not see where a managed service processes data inside
package weir.policies.invocation.no_region_escape

import data.weir.lib.facts
import data.weir.lib.labels
import data.weir.lib.verdict

admitting contains place if {
	some place, bound in facts.bounds
	labels.names_flow_to(input.weir.data.label.region, bound.region)
}

# Where the node itself is: what its clearance says is a promise, its region is a fact.
node_is_admitted if input.weir.data.label.region == "all"

node_is_admitted if input.weir.node.region in input.weir.data.label.region

default region_is_known := false

region_is_known if {
	facts.label_is_known
	is_string(input.weir.node.region)
}

deny contains result if {
	some place, bound in facts.bounds
	not admitting[place]
	result := verdict.judged(
		rego.metadata.chain(),
		facts.label_is_known,
		verdict.words(["Data that is bound to regions must not get to the", place, "of", input.weir.function.id]),
		{
			"place": place,
			"function": input.weir.function.id,
			"node": input.weir.node.id,
			"region": input.weir.data.label.region,
			"accepts": bound.region,
		},
	)
}

deny contains result if {
	facts.callee
	not node_is_admitted
	result := verdict.judged(
		rego.metadata.chain(),
		region_is_known,
		verdict.words(["Data that is bound to regions must not get to node", input.weir.node.id]),
		{
			"place": "region",
			"function": input.weir.function.id,
			"node": input.weir.node.id,
			"region": input.weir.data.label.region,
			"accepts": input.weir.node.region,
		},
	)
}
