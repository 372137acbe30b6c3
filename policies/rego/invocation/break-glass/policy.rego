# METADATA
# title: A break-glass grant is used
# description: |
#   In an emergency a written grant sets aside the promises that it names, for the functions that it names, until it expires. It is made out to
#   one caller, who has to have proved who they are. Every use is alerted, also one that sets nothing aside; a grant that does not apply opens
#   nothing and is alerted too.
# schemas:
#   - input: schema.invocation
#   - data.weir.breakGlass: schema.data.breakGlass
# custom:
#   id: WEIR-RUN-019
#   severity: high
#   cwe: [CWE-269]
#   owasp: [SAS-5]
#   maturity: stable
#   recommended_action: Check with whoever used the grant that it was needed, and take it out of the data tables when it is not needed any more.
#   limits:
#     - never sets aside WEIR-RUN-001
#     - the grant is as trustworthy as whoever may sign the bundle that holds it
package weir.policies.invocation.break_glass

import data.weir.lib.clock
import data.weir.lib.facts
import data.weir.lib.verdict

# Null has no fields: nothing below has a value when no grant is asked for.
asked := input.weir.breakGlass

grant := data.weir.breakGlass[asked.grant]

# The earlier of the two ends counts.
in_force if {
	clock.is_ahead(grant.expiresAtMs, clock.now_ms)
	clock.is_ahead(asked.expiresAtMs, clock.now_ms)
}

applies if {
	in_force
	facts.caller_is_authenticated
	grant.by == input.weir.caller.id
	grant.by == asked.by
	grant.functions[input.weir.function.id]
}

# METADATA
# description: Ids of the promises that are set aside for this call.
sets_aside contains id if {
	applies
	some id, _ in grant.setsAside
	id != "WEIR-RUN-001"
}

# METADATA
# description: The alert for a use of the grant; `set_aside` are the denials that it set aside.
use(set_aside) := result if {
	applies
	result := verdict.noted(
		rego.metadata.chain(),
		verdict.words(["Break-glass grant", asked.grant, "was used by", grant.by, "to call", input.weir.function.id]),
		{
			"grant": asked.grant,
			"by": grant.by,
			"reason": grant.reason,
			"expiresAtMs": grant.expiresAtMs,
			"function": input.weir.function.id,
			"setAside": sort({denial.id | some denial in set_aside}),
			"undecided": sort({denial.id | some denial in set_aside; denial.undecided}),
		},
	)
}

alerts contains result if {
	not applies
	result := verdict.noted(
		rego.metadata.chain(),
		verdict.words(["Break-glass grant", asked.grant, "does not apply to a call to", input.weir.function.id]),
		{"grant": asked.grant, "function": input.weir.function.id, "expiresAtMs": asked.expiresAtMs},
	)
}
