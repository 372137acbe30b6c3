# METADATA
# title: A caller proved too long ago who it is
# description: |
#   A contract can ask that the proof of the caller's identity is young. When it is older, the call is allowed only after the caller has proved
#   again who it is.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-017
#   severity: medium
#   cwe: [CWE-613]
#   owasp: [SAS-2]
#   maturity: stable
#   recommended_action: Sign in again and repeat the call.
#   limits:
#     - believes the time of the proof that the identity provider tells
package weir.policies.invocation.require_recent_proof

import data.weir.lib.clock
import data.weir.lib.facts
import data.weir.lib.known
import data.weir.lib.verdict

# Has no value when one of the two moments is not known.
age_ms := clock.age_ms(input.weir.caller.provedAtMs, clock.now_ms)

age_max_ms := facts.callee.reauthenticateAfterSeconds * 1000

# Where the contract asks for nothing, or the proof is young enough.
admitted if is_null(facts.callee.reauthenticateAfterSeconds)

admitted if known.is_at_most(age_ms, age_max_ms)

# A function outside of the contract asks for nothing that could be told.
deny contains result if {
	not admitted
	not age_ms
	result := verdict.undecided(
		rego.metadata.chain(),
		verdict.words(["When the caller of", input.weir.function.id, "proved who it is, is not known."]),
		{
			"function": input.weir.function.id,
			"reauthenticateAfterSeconds": facts.callee.reauthenticateAfterSeconds,
		},
	)
}

obligations contains obligation if {
	not admitted
	is_number(age_ms)
	obligation := {
		"kind": "require-reauthentication",
		"maxAgeSeconds": facts.callee.reauthenticateAfterSeconds,
	}
}
