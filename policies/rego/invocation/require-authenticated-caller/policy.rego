# METADATA
# title: A caller that has not proved who it is reaches a function
# description: |
#   A function can be called by anyone only where its contract says so. A name that the request only claims counts as no name.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-ACCESS-002
#   severity: high
#   cwe: [CWE-306]
#   owasp: [SAS-2]
#   maturity: stable
#   recommended_action: Call with a token, a client certificate or the context of an execution, or declare the function as open to everyone.
#   limits:
#     - believes what the enforcement point has verified; does not read tokens itself
package weir.policies.invocation.require_authenticated_caller

import data.weir.lib.facts
import data.weir.lib.verdict

admitted if facts.caller_is_admissible

deny contains result if {
	facts.callee
	not admitted
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words([input.weir.function.id, "is called by someone who has not proved who they are."]),
		{
			"function": input.weir.function.id,
			"callerKind": input.weir.caller.kind,
			"provedBy": input.weir.caller.provedBy,
		},
	)
}
