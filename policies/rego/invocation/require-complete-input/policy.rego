# METADATA
# title: An input misses what a decision needs
# description: |
#   Every other policy may rely on this one: the parts of the input that policies read are there and of their kind. A missing value makes a
#   comparison undefined, and what is undefined denies nothing; so what is missing has to be refused as such.
# schemas:
#   - input: schema.invocation
#   - data.weir.schema: schema.data.schema
# custom:
#   id: WEIR-RUN-001
#   severity: critical
#   cwe: [CWE-636]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Update the enforcement point and the bundle together; they speak of different inputs.
#   limits:
#     - looks at the parts that the default policies read, not at the request itself
#     - cannot be set aside by break-glass
package weir.policies.invocation.require_complete_input

import data.weir.lib.verdict

required := {"time", "function", "instance", "node", "caller", "execution", "data", "context", "smuggled", "policy", "breakGlass", "tables"}

present contains "time" if {
	is_number(input.time.unixMs)
	input.time.unixMs > 0
}

present contains "function" if {
	is_string(input.weir.function.id)
	is_text_or_null(input.weir.function.version)
	is_text_or_null(input.weir.function.digest)
	is_number_or_null(input.weir.function.memoryLimitBytes)
	is_number_or_null(input.weir.function.timeoutMs)
	is_number(input.weir.function.admittedPerMinute)
}

present contains "instance" if {
	is_string(input.weir.instance.id)
	is_label_or_null(input.weir.instance.residualLabel)
	is_object_or_null(input.weir.instance.quarantine)
}

present contains "node" if {
	is_string(input.weir.node.id)
	is_text_or_null(input.weir.node.region)
	is_text_or_null(input.weir.node.blindReason)
	input.weir.node.isBlind in {true, false, null}
}

present contains "caller" if {
	input.weir.caller.kind in {"anonymous", "user", "function", "service"}
	input.weir.caller.provedBy in {"none", "context", "mtls", "jwt", "platform"}
	is_text_or_null(input.weir.caller.id)
	is_text_or_null(input.weir.caller.tenant)
	is_number_or_null(input.weir.caller.provedAtMs)
}

present contains "execution" if is_null(input.weir.execution)

present contains "execution" if {
	is_string(input.weir.execution.id)
	is_string(input.weir.execution.composition)
	is_text_or_null(input.weir.execution.fromStep)
	is_number(input.weir.execution.depth)
}

present contains "data" if {
	is_label(input.weir.data.label)
	input.weir.data.evidence in {"context", "declared", "entry", "unknown"}
	is_number_or_null(input.weir.data.expiresAtMs)
}

present contains "context" if {
	input.weir.context.status in {"verified", "absent", "refused"}
	is_text_or_null(input.weir.context.reason)
}

present contains "smuggled" if is_array(input.weir.smuggled)

present contains "policy" if {
	is_string(input.weir.policy.revision)
	is_number(input.weir.policy.ageMs)
	is_boolean(input.weir.policy.isStale)
}

present contains "breakGlass" if is_null(input.weir.breakGlass)

present contains "breakGlass" if {
	is_string(input.weir.breakGlass.grant)
	is_string(input.weir.breakGlass.by)
	is_number(input.weir.breakGlass.expiresAtMs)
}

present contains "tables" if {
	input.weir.schema == "weir.invocation/1"
	data.weir.schema == "weir.data/1"
}

is_text_or_null(value) if is_string(value)

is_text_or_null(value) if is_null(value)

is_number_or_null(value) if is_number(value)

is_number_or_null(value) if is_null(value)

is_object_or_null(value) if is_object(value)

is_object_or_null(value) if is_null(value)

is_label_or_null(value) if is_null(value)

is_label_or_null(value) if is_label(value)

is_label(value) if {
	is_string(value.confidentiality)
	is_string(value.integrity)
	is_names(value.region)
	is_names(value.tenant)
	is_array(value.marks)
}

is_names(value) if value == "all"

is_names(value) if is_array(value)

deny contains result if {
	missing := required - present
	count(missing) > 0
	result := verdict.undecided(
		rego.metadata.chain(),
		verdict.words(["The input of the decision is not complete, in", concat(", ", sort(missing))]),
		{"missing": sort(missing)},
	)
}
