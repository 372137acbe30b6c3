# METADATA
# title: A result misses what a decision needs
# description: |
#   Every other policy on results may rely on this one: the parts of the input that they read are there and of their kind. What is missing is
#   refused as such, because a comparison with it would be undefined and deny nothing.
# schemas:
#   - input: schema.result
#   - data.weir.schema: schema.data.schema
# custom:
#   id: WEIR-RUN-001
#   severity: critical
#   cwe: [CWE-636]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Update the enforcement point and the bundle together; they speak of different inputs.
#   limits:
#     - looks at the parts that the default policies read, not at the answer itself
#     - cannot be set aside by break-glass
package weir.policies.result.require_complete_result

import data.weir.lib.verdict

required := {"time", "function", "caller", "data", "result", "breakGlass", "tables"}

present contains "time" if {
	is_number(input.time.unixMs)
	input.time.unixMs > 0
}

present contains "function" if {
	is_string(input.weir.function.id)
	is_string(input.weir.node.id)
}

present contains "caller" if {
	input.weir.caller.kind in {"anonymous", "user", "function", "service"}
	input.weir.caller.provedBy in {"none", "context", "mtls", "jwt", "platform"}
	is_text_or_null(input.weir.caller.id)
	is_text_or_null(input.weir.caller.tenant)
}

present contains "data" if {
	is_string(input.weir.data.label.confidentiality)
	is_string(input.weir.data.evidence)
}

present contains "result" if {
	input.result.outcome in {"ok", "error", "timeout"}
	is_number(input.result.durationMs)
	is_string(input.result.label.confidentiality)
	is_string(input.result.label.integrity)
	is_names(input.result.label.region)
	is_names(input.result.label.tenant)
	is_array(input.result.label.marks)
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

is_names(value) if value == "all"

is_names(value) if is_array(value)

deny contains result if {
	missing := required - present
	count(missing) > 0
	result := verdict.undecided(
		rego.metadata.chain(),
		verdict.words(["The input of the decision on a result is not complete, in", concat(", ", sort(missing))]),
		{"missing": sort(missing)},
	)
}
