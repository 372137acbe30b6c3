# METADATA
# title: A function runs with more memory or time than its contract grants
# description: |
#   Memory and time bound what a function can be made to do. Both are compared with the contract, where it sets them.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-008
#   severity: medium
#   cwe: [CWE-770]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Deploy the function with the limits of its contract.
#   limits:
#     - compares what is configured, not what is used
package weir.policies.invocation.require_limits

import data.weir.lib.facts
import data.weir.lib.known
import data.weir.lib.verdict

memory_admitted if is_null(facts.callee.memoryLimitBytesMax)

memory_admitted if known.is_at_most(input.weir.function.memoryLimitBytes, facts.callee.memoryLimitBytesMax)

timeout_admitted if is_null(facts.callee.timeoutMsMax)

timeout_admitted if known.is_at_most(input.weir.function.timeoutMs, facts.callee.timeoutMsMax)

default memory_is_known := false

memory_is_known if is_number(input.weir.function.memoryLimitBytes)

default timeout_is_known := false

timeout_is_known if is_number(input.weir.function.timeoutMs)

# A function outside of the contract has no bound to tell.
deny contains result if {
	not memory_admitted
	result := verdict.judged(
		rego.metadata.chain(),
		memory_is_known,
		verdict.words(["The memory of", input.weir.function.id, "is not known to be within its contract."]),
		{
			"function": input.weir.function.id,
			"memoryLimitBytes": input.weir.function.memoryLimitBytes,
			"memoryLimitBytesMax": facts.callee.memoryLimitBytesMax,
		},
	)
}

deny contains result if {
	not timeout_admitted
	result := verdict.judged(
		rego.metadata.chain(),
		timeout_is_known,
		verdict.words(["The time limit of", input.weir.function.id, "is not known to be within its contract."]),
		{
			"function": input.weir.function.id,
			"timeoutMs": input.weir.function.timeoutMs,
			"timeoutMsMax": facts.callee.timeoutMsMax,
		},
	)
}
