package weir.policies.invocation.no_token_leak_test

import data.weir.testing

test_ok_data_without_marks if {
	actual := testing.on_invocation("no_token_leak", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_data_with_a_callback_token if {
	actual := testing.on_invocation("no_token_leak", {"/weir/data/label/marks": ["token"]}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-TOKEN-001",
			"severity": "high",
			"message": "A callback token must not get to the edge of aws-lambda:resize-photo",
			"action": "Leave the token out of the data, or list the mark in what the function accepts.",
			"evidence": {"function": "aws-lambda:resize-photo", "mark": "token", "place": "edge"},
			"undecided": false,
		},
		{
			"id": "WEIR-TOKEN-001",
			"severity": "high",
			"message": "A callback token must not get to the function of aws-lambda:resize-photo",
			"action": "Leave the token out of the data, or list the mark in what the function accepts.",
			"evidence": {"function": "aws-lambda:resize-photo", "mark": "token", "place": "function"},
			"undecided": false,
		},
	}))
}

test_bad_step_that_does_not_accept_what_the_function_accepts if {
	actual := testing.on_invocation("no_token_leak", {"/weir/data/label/marks": ["token"]}, {"/functions/aws-lambda:resize-photo/accepts/marks": ["token"]})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-TOKEN-001",
		"severity": "high",
		"message": "A callback token must not get to the edge of aws-lambda:resize-photo",
		"action": "Leave the token out of the data, or list the mark in what the function accepts.",
		"evidence": {"function": "aws-lambda:resize-photo", "mark": "token", "place": "edge"},
		"undecided": false,
	}}))
}

test_bad_function_that_does_not_accept_what_the_step_accepts if {
	actual := testing.on_invocation("no_token_leak", {"/weir/data/label/marks": ["token"]}, {"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/marks": ["token"]})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-TOKEN-001",
		"severity": "high",
		"message": "A callback token must not get to the function of aws-lambda:resize-photo",
		"action": "Leave the token out of the data, or list the mark in what the function accepts.",
		"evidence": {"function": "aws-lambda:resize-photo", "mark": "token", "place": "function"},
		"undecided": false,
	}}))
}

test_boundary_function_and_step_that_may_resume if {
	actual := testing.on_invocation("no_token_leak", {"/weir/data/label/marks": ["token"]}, {
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/marks": ["token"],
		"/functions/aws-lambda:resize-photo/accepts/marks": ["token"],
	})
	testing.expect(actual, testing.silent)
}

test_undecided_list_of_marks_that_is_missing_from_the_contract if {
	actual := testing.on_invocation("no_token_leak", {"/weir/data/label/marks": ["token"]}, {
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/marks": null,
		"/functions/aws-lambda:resize-photo/accepts/marks": ["token"],
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-TOKEN-001",
		"severity": "high",
		"message": "A callback token must not get to the edge of aws-lambda:resize-photo",
		"action": "Leave the token out of the data, or list the mark in what the function accepts.",
		"evidence": {"function": "aws-lambda:resize-photo", "mark": "token", "place": "edge"},
		"undecided": false,
	}}))
}

test_boundary_other_mark if {
	actual := testing.on_invocation("no_token_leak", {"/weir/data/label/marks": ["error"]}, {})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract_and_of_executions if {
	actual := testing.on_invocation("no_token_leak", {"/weir/data/label/marks": ["token"], "/weir/function/id": "openfaas:other"}, {})
	testing.expect(actual, testing.silent)
}
