package weir.invocation_test

import data.weir.invocation

tables := {
	"free": {"public": true},
	"eu": {"eu-central": true},
}

call(confidentiality, region) := {"weir": {
	"function": {"id": "openfaas:resize"},
	"node": {"id": "edge-7", "region": region},
	"data": {"label": {"confidentiality": confidentiality}},
}}

test_pii_is_admitted_in_the_eu if {
	answer := invocation.decision with input as call("pii", "eu-central") with data.residency as tables
	answer == {"allow": true, "deny": set(), "obligations": [], "alerts": []}
}

test_pii_is_refused_elsewhere if {
	answer := invocation.decision with input as call("pii", "us-east") with data.residency as tables
	answer.allow == false
	answer.deny == {{
		"id": "ACME-DATA-001",
		"severity": "high",
		"message": "Data that is pii must not get to openfaas:resize outside the EU.",
		"action": "Call the function on a node in the EU, or declassify the data first.",
		"evidence": {"confidentiality": "pii", "node": "edge-7", "region": "us-east"},
		"undecided": false,
	}}
}

test_public_data_goes_anywhere if {
	answer := invocation.decision with input as call("public", "us-east") with data.residency as tables
	answer.allow == true
}

test_an_unknown_region_is_undecided_and_refused if {
	answer := invocation.decision with input as call("pii", null) with data.residency as tables
	answer.allow == false
	some denial in answer.deny
	denial.undecided == true
}
