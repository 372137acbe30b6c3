# METADATA
# title: A function is called more often than its contract grants
# description: |
#   The number of invocations that a node admits in a minute is bounded by the contract, where it sets a bound.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-009
#   severity: medium
#   cwe: [CWE-770]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Call again later, or raise the bound in the contract of the function.
#   limits:
#     - counts for each node; the fleet as a whole may admit that many times the number of nodes
package weir.policies.invocation.require_rate

import data.weir.lib.facts
import data.weir.lib.known
import data.weir.lib.verdict

admitted if is_null(facts.callee.invocationsPerMinuteMax)

# The count does not hold this call.
admitted if known.is_below(input.weir.function.admittedPerMinute, facts.callee.invocationsPerMinuteMax)

default rate_is_known := false

rate_is_known if is_number(input.weir.function.admittedPerMinute)

# A function outside of the contract has no bound to tell.
deny contains result if {
	not admitted
	result := verdict.judged(
		rego.metadata.chain(),
		rate_is_known,
		verdict.words([input.weir.function.id, "was called as often as it may be in a minute."]),
		{
			"function": input.weir.function.id,
			"invocationsPerMinuteMax": facts.callee.invocationsPerMinuteMax,
		},
	)
}
