# METADATA
# title: A function ran longer than its contract grants
# description: |
#   The answer is there and is handed on; that it took longer than the contract grants is alerted.
# schemas:
#   - input: schema.result
# custom:
#   id: WEIR-RUN-008
#   severity: medium
#   cwe: [CWE-770]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Deploy the function with the limits of its contract.
#   limits:
#     - measures from the enforcement point, waiting for a cold start included
package weir.policies.result.require_limits

import data.weir.lib.facts
import data.weir.lib.known
import data.weir.lib.verdict

admitted if is_null(facts.callee.timeoutMsMax)

admitted if known.is_at_most(input.result.durationMs, facts.callee.timeoutMsMax)

# A function outside of the contract has no bound to tell.
alerts contains result if {
	not admitted
	result := verdict.noted(
		rego.metadata.chain(),
		verdict.words([input.weir.function.id, "ran longer than its contract grants."]),
		{
			"function": input.weir.function.id,
			"durationMs": input.result.durationMs,
			"timeoutMsMax": facts.callee.timeoutMsMax,
		},
	)
}
