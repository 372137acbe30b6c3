# METADATA
# title: A warm instance remembers more than it may
# description: |
#   An instance keeps what it has received until it is replaced, and may give it out with any answer. It is only called again where all of that
#   is admitted, and by a tenant that may read it.
# schemas:
#   - input: schema.invocation
#   - data.weir.lattice: schema.data.lattice
# custom:
#   id: WEIR-RUN-006
#   severity: high
#   cwe: [CWE-212, CWE-668]
#   owasp: [SAS-3, SAS-5]
#   maturity: stable
#   recommended_action: Replace the instance, or let each tenant and level of data have instances of its own.
#   limits:
#     - takes the whole of what an instance received as remembered, whatever it really kept
package weir.policies.invocation.no_residual_label

import data.weir.lib.facts
import data.weir.lib.labels
import data.weir.lib.verdict

admitting contains place if {
	some place, bound in facts.bounds
	labels.flows_to(data.weir.lattice, input.weir.instance.residualLabel, bound)
}

readable if input.weir.instance.residualLabel.tenant == "all"

readable if input.weir.caller.tenant in input.weir.instance.residualLabel.tenant

default reader_is_known := false

reader_is_known if is_string(input.weir.caller.tenant)

deny contains result if {
	is_null(input.weir.instance.residualLabel)
	facts.callee
	result := verdict.undecided(
		rego.metadata.chain(),
		verdict.words(["What instance", input.weir.instance.id, "of", input.weir.function.id, "has seen is not known."]),
		{"instance": input.weir.instance.id, "function": input.weir.function.id},
	)
}

deny contains result if {
	is_object(input.weir.instance.residualLabel)
	some place, bound in facts.bounds
	not admitting[place]
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words(["Instance", input.weir.instance.id, "has seen more than the", place, "of this call may know."]),
		{
			"place": place,
			"instance": input.weir.instance.id,
			"function": input.weir.function.id,
			"exceeds": sort(labels.exceeds(data.weir.lattice, input.weir.instance.residualLabel, bound)),
		},
	)
}

deny contains result if {
	is_object(input.weir.instance.residualLabel)
	facts.callee
	facts.caller_is_admissible
	not readable
	result := verdict.judged(
		rego.metadata.chain(),
		reader_is_known,
		verdict.words(["Instance", input.weir.instance.id, "has seen data that the tenant of its caller may not read."]),
		{
			"place": "caller",
			"instance": input.weir.instance.id,
			"function": input.weir.function.id,
			"callerTenant": input.weir.caller.tenant,
		},
	)
}
