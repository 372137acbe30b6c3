package weir.policies.result.no_region_escape_test

import data.weir.testing

test_ok_result_for_a_function_of_its_region if {
	actual := testing.on_result("no_region_escape", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_result_that_may_only_be_elsewhere if {
	actual := testing.on_result("no_region_escape", {"/result/label/region": ["us-1"]}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-003",
		"severity": "critical",
		"message": "A result of aws-lambda:resize-photo must not leave its regions.",
		"action": "Call the function from a region of its data.",
		"evidence": {"caller": "openwhisk:check-photo", "function": "aws-lambda:resize-photo", "region": ["us-1"]},
		"undecided": false,
	}}))
}

test_undecided_calling_function_that_is_not_in_the_contract if {
	actual := testing.on_result("no_region_escape", {"/weir/caller/id": "openfaas:other"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-003",
		"severity": "critical",
		"message": "A result of aws-lambda:resize-photo must not leave its regions.",
		"action": "Call the function from a region of its data.",
		"evidence": {"caller": "openfaas:other", "function": "aws-lambda:resize-photo", "region": ["eu-1"]},
		"undecided": true,
	}}))
}

test_boundary_user_whose_region_is_not_known if {
	actual := testing.on_result(
		"no_region_escape", {
			"/weir/caller": {"kind": "user", "id": "ines", "tenant": "fotofix", "provedBy": "jwt", "provedAtMs": 1795557590000},
			"/result/label/region": ["us-1"],
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_boundary_anonymous_caller_whose_region_is_not_known if {
	actual := testing.on_result(
		"no_region_escape", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
			"/result/label/region": ["us-1"],
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_boundary_kind_of_caller_that_is_not_known if {
	actual := testing.on_result("no_region_escape", {"/weir/caller/kind": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-003",
		"severity": "critical",
		"message": "A result of aws-lambda:resize-photo must not leave its regions.",
		"action": "Call the function from a region of its data.",
		"evidence": {"caller": "openwhisk:check-photo", "function": "aws-lambda:resize-photo", "region": ["eu-1"]},
		"undecided": true,
	}}))
}

test_boundary_result_that_may_be_everywhere if {
	actual := testing.on_result("no_region_escape", {"/result/label/region": "all"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_caller_that_may_be_everywhere if {
	actual := testing.on_result("no_region_escape", {}, {"/functions/openwhisk:check-photo/accepts/region": "all"})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-003",
		"severity": "critical",
		"message": "A result of aws-lambda:resize-photo must not leave its regions.",
		"action": "Call the function from a region of its data.",
		"evidence": {"caller": "openwhisk:check-photo", "function": "aws-lambda:resize-photo", "region": ["eu-1"]},
		"undecided": false,
	}}))
}
