# METADATA
# title: A function is called across tenants
# description: |
#   A function that belongs to a tenant is called by that tenant. Callers of another one have to be named in its contract, and a node that is
#   reserved for tenants runs only theirs.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-RUN-005
#   severity: high
#   cwe: [CWE-668]
#   owasp: [SAS-5]
#   maturity: stable
#   recommended_action: Call from the function's own tenant, or name the caller in the contract of the function.
#   limits:
#     - a function without tenant is shared; it counts as its caller's where it runs
package weir.policies.invocation.require_own_tenant

import data.weir.lib.facts
import data.weir.lib.verdict

caller_admitted if is_null(facts.callee.tenant)

caller_admitted if facts.caller_is_of_owner

caller_admitted if facts.caller_is_named

caller_admitted if facts.callee.callers.anonymous

# Whose work it is on the node.
tenant := facts.callee.tenant if is_string(facts.callee.tenant)

else := input.weir.caller.tenant if is_string(input.weir.caller.tenant)

node_admitted if is_null(facts.node.tenants)

node_admitted if facts.node.tenants[tenant]

default caller_tenant_is_known := false

caller_tenant_is_known if is_string(input.weir.caller.tenant)

default tenant_is_known := false

tenant_is_known if is_string(tenant)

# A function outside of the contract has no tenant to tell.
deny contains result if {
	facts.caller_is_admissible
	not caller_admitted
	result := verdict.judged(
		rego.metadata.chain(),
		caller_tenant_is_known,
		verdict.words([input.weir.function.id, "belongs to another tenant than its caller."]),
		{
			"function": input.weir.function.id,
			"functionTenant": facts.callee.tenant,
			"callerTenant": input.weir.caller.tenant,
		},
	)
}

deny contains result if {
	facts.node
	not node_admitted
	result := verdict.judged(
		rego.metadata.chain(),
		tenant_is_known,
		verdict.words(["Node", input.weir.node.id, "is reserved for other tenants than that of", input.weir.function.id]),
		{
			"function": input.weir.function.id,
			"functionTenant": facts.callee.tenant,
			"callerTenant": input.weir.caller.tenant,
			"node": input.weir.node.id,
		},
	)
}
