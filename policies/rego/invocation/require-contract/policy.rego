# METADATA
# title: A function outside of the contract is called
# description: |
#   Only functions that were checked before deployment are in the contract. For any other nobody knows what it may be given, who may call it and
#   where it may run.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-002
#   severity: high
#   cwe: [CWE-862]
#   owasp: [SAS-5]
#   maturity: stable
#   recommended_action: Add the function to the application that is checked, and deploy the contract that comes of it.
#   limits:
#     - believes the name under which the platform calls the function; require-checked-code compares its digest
package weir.policies.invocation.require_contract

import data.weir.lib.facts
import data.weir.lib.verdict

admitted if is_object(facts.callee)

deny contains result if {
	not admitted
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words([input.weir.function.id, "is not part of the contract."]),
		{"function": input.weir.function.id},
	)
}
