# METADATA
# title: A caller that the contract does not name reaches a function
# description: |
#   Callers are named by id in the contract. `*` admits every authenticated caller of the tenant that owns the function (of any tenant when it
#   is shared), `anonymous` admits everyone.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-003
#   severity: high
#   cwe: [CWE-862]
#   owasp: [SAS-5]
#   maturity: stable
#   recommended_action: Add the caller to the callers of the function, or call the function that is meant for this caller.
#   limits:
#     - an identity is the whole of what is compared; roles have to become ids before they get here
package weir.policies.invocation.require_permitted_caller

import data.weir.lib.facts
import data.weir.lib.verdict

admitted if facts.callee.callers.anonymous

admitted if facts.caller_is_named

# A tenant's own callers, or all of them where the function is shared.
admitted if {
	facts.callee.callers["*"]
	is_null(facts.callee.tenant)
}

admitted if {
	facts.callee.callers["*"]
	facts.caller_is_of_owner
}

default caller_is_known := true

caller_is_known := false if {
	facts.callee.callers["*"]
	is_null(input.weir.caller.tenant)
}

# Who has not proved anything is told so by require-authenticated-caller.
deny contains result if {
	facts.caller_is_authenticated
	facts.callee
	not admitted
	result := verdict.judged(
		rego.metadata.chain(),
		caller_is_known,
		verdict.words([input.weir.caller.id, "is not among the callers of", input.weir.function.id]),
		{
			"function": input.weir.function.id,
			"caller": input.weir.caller.id,
			"callerTenant": input.weir.caller.tenant,
		},
	)
}
