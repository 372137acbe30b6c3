# METADATA
# title: A result of one tenant reaches another
# description: |
#   A result is only given to callers of tenants that may read all that it was made of, what the instance remembered included.
# schemas:
#   - input: schema.result
# custom:
#   id: WEIR-FLOW-004
#   severity: critical
#   cwe: [CWE-668]
#   owasp: [SAS-5]
#   maturity: stable
#   recommended_action: Let each tenant have instances of its own, or declare the data as readable by both.
#   limits:
#     - does not see row-level isolation inside a shared store
package weir.policies.result.no_tenant_crossing

import data.weir.lib.verdict

admitted if input.result.label.tenant == "all"

admitted if input.weir.caller.tenant in input.result.label.tenant

default tenant_is_known := false

tenant_is_known if is_string(input.weir.caller.tenant)

deny contains result if {
	not admitted
	result := verdict.judged(
		rego.metadata.chain(),
		tenant_is_known,
		verdict.words(["A result of", input.weir.function.id, "must not get to a tenant that may not read it."]),
		{
			"function": input.weir.function.id,
			"callerTenant": input.weir.caller.tenant,
			"tenant": input.result.label.tenant,
		},
	)
}
