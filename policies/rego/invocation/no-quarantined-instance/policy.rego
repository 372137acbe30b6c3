# METADATA
# title: A quarantined instance is called
# description: |
#   An instance that was put in quarantine gets no calls until it is released, replaced, or its quarantine ends.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-010
#   severity: critical
#   cwe: [CWE-693]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Look into the cause of the quarantine, then replace or release the instance.
#   limits:
#     - knows an instance by the name the platform gives it
package weir.policies.invocation.no_quarantined_instance

import data.weir.lib.clock
import data.weir.lib.verdict

admitted if is_null(input.weir.instance.quarantine)

admitted if clock.has_passed(input.weir.instance.quarantine.untilMs, clock.now_ms)

default end_is_known := false

end_is_known if {
	is_number(clock.now_ms)
	is_number_or_null(input.weir.instance.quarantine.untilMs)
}

is_number_or_null(value) if is_number(value)

is_number_or_null(value) if is_null(value)

deny contains result if {
	not admitted
	result := verdict.judged(
		rego.metadata.chain(),
		end_is_known,
		verdict.words(["Instance", input.weir.instance.id, "is in quarantine."]),
		{"instance": input.weir.instance.id, "function": input.weir.function.id},
	)
}
