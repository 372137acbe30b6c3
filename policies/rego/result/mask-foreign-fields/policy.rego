# METADATA
# title: Fields of an answer are masked for other tenants
# description: |
#   A contract can name fields that only the tenant of the function may see. For every other caller, and for one whose tenant is not known, they
#   are masked.
# schemas:
#   - input: schema.result
# custom:
#   id: WEIR-RUN-018
#   severity: medium
#   cwe: [CWE-359]
#   owasp: [SAS-3]
#   maturity: stable
#   recommended_action: Nothing has to be done; call from the tenant of the function to see the fields.
#   limits:
#     - masks by place in the body, not by what a value looks like
package weir.policies.result.mask_foreign_fields

import data.weir.lib.facts

obligations contains obligation if {
	count(facts.callee.maskedFields) > 0
	not facts.caller_is_of_owner
	obligation := {"kind": "mask-fields", "paths": facts.callee.maskedFields}
}
