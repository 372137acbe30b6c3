# METADATA
# title: A function runs on a node it was not placed on
# description: |
#   The contract names the nodes that may run a function, or leaves it to the clearance of the node. A node that nothing is known about runs
#   nothing, and neither does one that says to be in another region than it was registered with.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-016
#   severity: high
#   cwe: [CWE-653]
#   owasp: [SAS-5]
#   maturity: stable
#   recommended_action: Move the function to a node of its contract, or register the node.
#   limits:
#     - believes the name of the node, which the enforcement point is configured with
package weir.policies.invocation.require_admitted_node

import data.weir.lib.facts
import data.weir.lib.verdict

registered if is_object(facts.node)

admitted if is_null(facts.callee.nodes)

admitted if facts.callee.nodes[input.weir.node.id]

in_its_region if is_null(facts.node.region)

in_its_region if input.weir.node.region == facts.node.region

default region_is_known := false

region_is_known if is_string(input.weir.node.region)

deny contains result if {
	not registered
	result := verdict.undecided(
		rego.metadata.chain(),
		verdict.words(["Nothing is known about node", input.weir.node.id]),
		{"node": input.weir.node.id, "function": input.weir.function.id},
	)
}

deny contains result if {
	facts.callee
	not admitted
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words([input.weir.function.id, "must not run on node", input.weir.node.id]),
		{"node": input.weir.node.id, "function": input.weir.function.id},
	)
}

# A node that nothing is known about has no registered region to tell.
deny contains result if {
	not in_its_region
	result := verdict.judged(
		rego.metadata.chain(),
		region_is_known,
		verdict.words(["Node", input.weir.node.id, "is not known to be in the region it was registered with."]),
		{"node": input.weir.node.id, "region": input.weir.node.region, "registered": facts.node.region},
	)
}
