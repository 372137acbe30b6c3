# METADATA
# title: A call comes with a context that does not verify
# description: |
#   The context of an execution is signed. One that is forged, replayed, expired, made for another function, or taken away from a call that
#   needs one is a sign of an attack, whatever else speaks for the call.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-015
#   severity: critical
#   cwe: [CWE-347]
#   owasp: [SAS-2]
#   maturity: stable
#   recommended_action: Start the execution again; when it happens again, look for who sends these calls.
#   limits:
#     - a context that was never there is judged by the other policies
package weir.policies.invocation.no_refused_context

import data.weir.lib.verdict

admitted if input.weir.context.status in {"verified", "absent"}

default status_is_known := false

status_is_known if input.weir.context.status == "refused"

deny contains result if {
	not admitted
	result := verdict.judged(
		rego.metadata.chain(),
		status_is_known,
		verdict.words(["The context of a call to", input.weir.function.id, "was refused."]),
		{"function": input.weir.function.id, "reason": input.weir.context.reason},
	)
}
