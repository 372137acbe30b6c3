package weir.policies.result.no_confidential_result_test

import data.weir.testing

test_ok_result_that_the_caller_accepts if {
	actual := testing.on_result("no_confidential_result", {}, {})
	testing.expect(actual, testing.silent)
}

test_ok_user_who_has_proved_who_they_are if {
	actual := testing.on_result(
		"no_confidential_result", {
			"/weir/caller": {"kind": "user", "id": "ines", "tenant": "fotofix", "provedBy": "jwt", "provedAtMs": 1795557590000},
			"/result/label/confidentiality": "secret",
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_bad_result_above_what_the_calling_function_accepts if {
	actual := testing.on_result("no_confidential_result", {"/result/label/confidentiality": "secret"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "A result that is secret must not get to the caller",
		"action": "Have the function return less, or pass its result through a declassifier.",
		"evidence": {
			"accepts": "personal",
			"confidentiality": "secret",
			"function": "aws-lambda:resize-photo",
			"place": "caller",
		},
		"undecided": false,
	}}))
}

test_bad_result_above_what_an_anonymous_caller_sent if {
	actual := testing.on_result(
		"no_confidential_result", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
			"/result/label/confidentiality": "personal",
		},
		{},
	)
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "A result that is personal must not get to the caller",
		"action": "Have the function return less, or pass its result through a declassifier.",
		"evidence": {
			"accepts": "internal",
			"confidentiality": "personal",
			"function": "aws-lambda:resize-photo",
			"place": "caller",
		},
		"undecided": false,
	}}))
}

test_bad_result_above_the_clearance_of_the_node if {
	actual := testing.on_result("no_confidential_result", {"/weir/node/id": "edge-us-1", "/result/label/confidentiality": "personal"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "A result that is personal must not get to the node",
		"action": "Have the function return less, or pass its result through a declassifier.",
		"evidence": {
			"accepts": "internal",
			"confidentiality": "personal",
			"function": "aws-lambda:resize-photo",
			"place": "node",
		},
		"undecided": false,
	}}))
}

test_undecided_calling_function_that_is_not_in_the_contract if {
	actual := testing.on_result("no_confidential_result", {"/weir/caller/id": "openfaas:other"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "What openfaas:other may be given is not in the contract.",
		"action": "Have the function return less, or pass its result through a declassifier.",
		"evidence": {"caller": "openfaas:other", "function": "aws-lambda:resize-photo"},
		"undecided": true,
	}}))
}

test_undecided_node_that_nothing_is_known_about if {
	actual := testing.on_result("no_confidential_result", {"/weir/node/id": "edge-7"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "Nothing is known about node edge-7",
		"action": "Have the function return less, or pass its result through a declassifier.",
		"evidence": {"function": "aws-lambda:resize-photo", "node": "edge-7"},
		"undecided": true,
	}}))
}

test_boundary_anonymous_caller_gets_back_what_it_sent if {
	actual := testing.on_result(
		"no_confidential_result", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_boundary_calling_function_whose_name_is_only_claimed if {
	actual := testing.on_result("no_confidential_result", {"/weir/caller/provedBy": "none", "/result/label/confidentiality": "personal"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-001",
		"severity": "critical",
		"message": "A result that is personal must not get to the caller",
		"action": "Have the function return less, or pass its result through a declassifier.",
		"evidence": {
			"accepts": "internal",
			"confidentiality": "personal",
			"function": "aws-lambda:resize-photo",
			"place": "caller",
		},
		"undecided": false,
	}}))
}

test_boundary_highest_level_that_the_caller_accepts if {
	actual := testing.on_result("no_confidential_result", {"/result/label/confidentiality": "personal"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_level_that_the_lattice_does_not_have if {
	actual := testing.on_result("no_confidential_result", {"/result/label/confidentiality": "sekret"}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "A result that is sekret must not get to the caller",
			"action": "Have the function return less, or pass its result through a declassifier.",
			"evidence": {
				"accepts": "personal",
				"confidentiality": "sekret",
				"function": "aws-lambda:resize-photo",
				"place": "caller",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-001",
			"severity": "critical",
			"message": "A result that is sekret must not get to the node",
			"action": "Have the function return less, or pass its result through a declassifier.",
			"evidence": {
				"accepts": "secret",
				"confidentiality": "sekret",
				"function": "aws-lambda:resize-photo",
				"place": "node",
			},
			"undecided": false,
		},
	}))
}
