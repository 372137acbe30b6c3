package weir.policies.result.no_error_detail_test

import data.weir.testing

test_ok_result_without_error_detail if {
	actual := testing.on_result(
		"no_error_detail", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_bad_error_detail_for_an_anonymous_caller if {
	actual := testing.on_result(
		"no_error_detail", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
			"/result/label/marks": ["error"],
		},
		{},
	)
	testing.expect(actual, testing.denying({{
		"id": "WEIR-ERROR-001",
		"severity": "medium",
		"message": "A result of aws-lambda:resize-photo shows error detail outside.",
		"action": "Have the function answer with an error of its own that says nothing of the inside.",
		"evidence": {"callerKind": "anonymous", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_undecided_caller_whose_name_is_only_claimed if {
	actual := testing.on_result("no_error_detail", {"/weir/caller/provedBy": "none", "/result/label/marks": ["error"]}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-ERROR-001",
		"severity": "medium",
		"message": "A result of aws-lambda:resize-photo shows error detail outside.",
		"action": "Have the function answer with an error of its own that says nothing of the inside.",
		"evidence": {"callerKind": "function", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_boundary_error_detail_for_a_caller_who_has_proved_who_it_is if {
	actual := testing.on_result("no_error_detail", {"/result/label/marks": ["error"]}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_other_mark if {
	actual := testing.on_result(
		"no_error_detail", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
			"/result/label/marks": ["assumed"],
		},
		{},
	)
	testing.expect(actual, testing.silent)
}
