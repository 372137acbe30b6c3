# METADATA
# title: Error detail is shown outside
# description: |
#   A result with the mark `error` holds names, causes or messages of errors. It is not given to callers who have not proved who they are.
# schemas:
#   - input: schema.result
# custom:
#   id: WEIR-ERROR-001
#   severity: medium
#   cwe: [CWE-209]
#   owasp: [SAS-6]
#   maturity: stable
#   recommended_action: Have the function answer with an error of its own that says nothing of the inside.
#   limits:
#     - sees error detail that is marked, not what a function writes into its answers by itself
package weir.policies.result.no_error_detail

import data.weir.lib.facts
import data.weir.lib.labels
import data.weir.lib.verdict

carries_error if labels.has_mark(input.result.label, "error")

deny contains result if {
	carries_error
	not facts.caller_is_authenticated
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words(["A result of", input.weir.function.id, "shows error detail outside."]),
		{"function": input.weir.function.id, "callerKind": input.weir.caller.kind},
	)
}
