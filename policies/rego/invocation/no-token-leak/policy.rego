# METADATA
# title: A callback token reaches a party that may not resume the execution
# description: |
#   Data that contains a callback token carries the mark `token`. Whoever has the token can answer for the step that waits, so it is only given
#   to functions whose contract lists the mark.
# schemas:
#   - input: schema.invocation
# custom:
#   id: WEIR-TOKEN-001
#   severity: high
#   cwe: [CWE-522]
#   owasp: [SAS-2]
#   maturity: stable
#   recommended_action: Leave the token out of the data, or list the mark in what the function accepts.
#   limits:
#     - sees tokens that were marked where they arose, not such that a function makes itself
package weir.policies.invocation.no_token_leak

import data.weir.lib.facts
import data.weir.lib.labels
import data.weir.lib.verdict

carries_token if labels.has_mark(input.weir.data.label, "token")

listed contains place if {
	some place in ["function", "edge"]
	labels.has_mark(facts.bounds[place], "token")
}

deny contains result if {
	carries_token
	some place in ["function", "edge"]
	facts.bounds[place]
	not listed[place]
	result := verdict.violated(
		rego.metadata.chain(),
		verdict.words(["A callback token must not get to the", place, "of", input.weir.function.id]),
		{"place": place, "function": input.weir.function.id, "mark": "token"},
	)
}
