# METADATA
# title: A function runs on a node that nobody watches
# description: |
#   Where kernel events are lost, or do not arrive, a function could do anything unseen. Such a node gets no calls, unless the data tables say
#   in writing that it may; then each is alerted.
# schemas:
#   - input: schema.invocation
#   - data.weir.limits: schema.data.limits
# custom:
#   id: WEIR-RUN-013
#   severity: high
#   cwe: [CWE-778]
#   owasp: [SAS-10]
#   maturity: stable
#   recommended_action: Repair the sensor of the node, or call the function elsewhere.
#   limits:
#     - knows that events were lost, not which
package weir.policies.invocation.no_blind_node

import data.weir.lib.verdict

watched if input.weir.node.isBlind == false

tolerated if data.weir.limits.denyWhenBlind == false

default sight_is_known := false

sight_is_known if is_boolean(input.weir.node.isBlind)

message := verdict.words(["Node", input.weir.node.id, "does not see what functions do."])

evidence := {"node": input.weir.node.id, "reason": input.weir.node.blindReason}

deny contains result if {
	not watched
	not tolerated
	result := verdict.judged(rego.metadata.chain(), sight_is_known, message, evidence)
}

alerts contains result if {
	not watched
	tolerated
	result := verdict.noted(rego.metadata.chain(), message, evidence)
}
