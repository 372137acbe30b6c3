# METADATA
# title: Data is used after its expiry
# description: |
#   Data that carries an expiry is not handed to a function once that moment is reached. Data of which nothing is known may have expired.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-011
#   severity: medium
#   cwe: [CWE-672]
#   owasp: [SAS-3]
#   maturity: stable
#   recommended_action: Start over with fresh data.
#   limits:
#     - data without expiry never expires
#     - does not delete what a function has stored
package weir.policies.invocation.no_expired_data

import data.weir.lib.clock
import data.weir.lib.facts
import data.weir.lib.verdict

admitted if {
	is_null(input.weir.data.expiresAtMs)
	facts.label_is_known
}

admitted if clock.is_ahead(input.weir.data.expiresAtMs, clock.now_ms)

default expiry_is_known := false

expiry_is_known if {
	is_number(input.weir.data.expiresAtMs)
	is_number(clock.now_ms)
}

deny contains result if {
	not admitted
	result := verdict.judged(
		rego.metadata.chain(),
		expiry_is_known,
		verdict.words(["The data for", input.weir.function.id, "is not known to be before its expiry."]),
		{
			"function": input.weir.function.id,
			"expiresAtMs": input.weir.data.expiresAtMs,
			"evidence": input.weir.data.evidence,
		},
	)
}
