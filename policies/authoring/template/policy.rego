# METADATA
# title: Personal data stays in the EU
# description: |
#   Data whose confidentiality is not listed as free to go anywhere is only admitted on nodes in regions of the EU. What is not known is
#   not admitted: a label or a region that no table lists leads to a denial.
# schemas:
#   - input: schema.invocation
# custom:
#   id: ACME-DATA-001
#   severity: high
#   cwe: [CWE-200]
#   maturity: sandbox
#   recommended_action: Call the function on a node in the EU, or pass the data through a function that declassifies it first.
#   limits:
#     - the label is that of the whole call, not of single fields
package weir.invocation

# METADATA
# title: Decision on an invocation
# entrypoint: true
decision := {
	"allow": count(deny) == 0,
	"deny": deny,
	"obligations": [],
	"alerts": [],
}

deny contains denial if {
	not is_free
	not is_in_eu
	denial := {
		"id": "ACME-DATA-001",
		"severity": "high",
		"message": concat("", [
			"Data that is ",
			input.weir.data.label.confidentiality,
			" must not get to ",
			input.weir.function.id,
			" outside the EU.",
		]),
		"action": "Call the function on a node in the EU, or declassify the data first.",
		"evidence": {
			"confidentiality": input.weir.data.label.confidentiality,
			"node": input.weir.node.id,
			"region": input.weir.node.region,
		},
		"undecided": is_null(input.weir.node.region),
	}
}

# Looked up by key: the cost stays the same however long the tables get.
is_free if data.residency.free[input.weir.data.label.confidentiality]

is_in_eu if data.residency.eu[input.weir.node.region]
