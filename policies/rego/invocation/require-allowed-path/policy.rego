# METADATA
# title: A call leaves the path of its execution
# description: |
#   A composition fixes which step may call which function. A call that belongs to an execution has to be one of these, and no deeper than the
#   composition goes; a function that calls without saying in which execution it does cannot be followed.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-004
#   severity: high
#   cwe: [CWE-841]
#   owasp: [SAS-1, SAS-5]
#   maturity: stable
#   recommended_action: Call along the composition, or add the call to it and deploy the contract that comes of it.
#   limits:
#     - compares one call with the step it comes from, not the number of times it was made
#     - a call without execution by a user or service is judged by its caller only
package weir.policies.invocation.require_allowed_path

import data.weir.lib.facts
import data.weir.lib.known
import data.weir.lib.verdict

on_path if is_object(facts.edge.accepts)

not_too_deep if known.is_below(input.weir.execution.depth, facts.composition.depthMax)

# Outside of executions: who calls for itself, and functions whose verified context says that they run in none.
on_no_path if input.weir.caller.kind in {"anonymous", "user", "service"}

on_no_path if input.weir.context.status == "verified"

# A call outside of executions has no composition to tell.
deny contains result if {
	facts.callee
	not on_path
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words([
			"From step",
			facts.from_step,
			"of",
			input.weir.execution.composition,
			"there is no call to",
			input.weir.function.id,
		]),
		{
			"function": input.weir.function.id,
			"composition": input.weir.execution.composition,
			"fromStep": input.weir.execution.fromStep,
		},
	)
}

deny contains result if {
	not not_too_deep
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words(["An execution of", input.weir.execution.composition, "goes deeper than it may."]),
		{
			"composition": input.weir.execution.composition,
			"depth": input.weir.execution.depth,
			"depthMax": facts.composition.depthMax,
		},
	)
}

deny contains result if {
	facts.callee
	is_null(input.weir.execution)
	not on_no_path
	result := verdict.undecided(
		rego.metadata.chain(),
		verdict.words([input.weir.caller.id, "calls", input.weir.function.id, "and does not say in which execution."]),
		{"function": input.weir.function.id, "caller": input.weir.caller.id},
	)
}
