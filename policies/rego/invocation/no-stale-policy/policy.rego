# METADATA
# title: A decision would rest on an old policy
# description: |
#   A policy that the bundle server has not confirmed for too long may have been replaced, for instance to take a permission back. It decides
#   nothing, unless the data tables say in writing that it may; then each decision is alerted.
# schemas:
#   - input: schema.invocation
#   - data.weir.limits: schema.data.limits
# custom:
#   id: WEIR-RUN-014
#   severity: high
#   cwe: [CWE-613]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Restore the connection of the node to the bundle server.
#   limits:
#     - how old is too old is configured at the enforcement point
package weir.policies.invocation.no_stale_policy

import data.weir.lib.verdict

fresh if input.weir.policy.isStale == false

tolerated if data.weir.limits.denyWhenStale == false

default age_is_known := false

age_is_known if is_boolean(input.weir.policy.isStale)

message := verdict.words(["Policy", input.weir.policy.revision, "has not been confirmed for too long."])

evidence := {"revision": input.weir.policy.revision, "ageMs": input.weir.policy.ageMs}

deny contains result if {
	not fresh
	not tolerated
	result := verdict.judged(rego.metadata.chain(), age_is_known, message, evidence)
}

alerts contains result if {
	not fresh
	tolerated
	result := verdict.noted(rego.metadata.chain(), message, evidence)
}
