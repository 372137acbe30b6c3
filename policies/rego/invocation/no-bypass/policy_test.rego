package weir.policies.invocation.no_bypass_test

import data.weir.testing

test_ok_data_without_marks if {
	actual := testing.on_invocation("no_bypass", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_data_that_has_not_passed_a_required_function if {
	actual := testing.on_invocation("no_bypass", {"/weir/data/label/marks": ["assumed", "bypass:openwhisk:check-photo"]}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-005",
			"severity": "high",
			"message": "Data has not passed openwhisk:check-photo on its way to aws-lambda:resize-photo",
			"action": "Call the required function first and hand on what it returns.",
			"evidence": {"function": "aws-lambda:resize-photo", "mark": "bypass:openwhisk:check-photo", "place": "edge"},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-005",
			"severity": "high",
			"message": "Data has not passed openwhisk:check-photo on its way to aws-lambda:resize-photo",
			"action": "Call the required function first and hand on what it returns.",
			"evidence": {
				"function": "aws-lambda:resize-photo",
				"mark": "bypass:openwhisk:check-photo",
				"place": "function",
			},
			"undecided": false,
		},
	}))
}

test_bad_data_that_the_function_accepts_but_the_step_does_not if {
	actual := testing.on_invocation("no_bypass", {"/weir/data/label/marks": ["bypass:redact"]}, {"/functions/aws-lambda:resize-photo/accepts/marks": ["bypass:redact"]})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-005",
		"severity": "high",
		"message": "Data has not passed redact on its way to aws-lambda:resize-photo",
		"action": "Call the required function first and hand on what it returns.",
		"evidence": {"function": "aws-lambda:resize-photo", "mark": "bypass:redact", "place": "edge"},
		"undecided": false,
	}}))
}

test_bad_data_that_the_step_accepts_but_the_function_does_not if {
	actual := testing.on_invocation("no_bypass", {"/weir/data/label/marks": ["bypass:redact"]}, {"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/marks": ["bypass:redact"]})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-005",
		"severity": "high",
		"message": "Data has not passed redact on its way to aws-lambda:resize-photo",
		"action": "Call the required function first and hand on what it returns.",
		"evidence": {"function": "aws-lambda:resize-photo", "mark": "bypass:redact", "place": "function"},
		"undecided": false,
	}}))
}

test_boundary_data_that_function_and_step_accept_without_it if {
	actual := testing.on_invocation("no_bypass", {"/weir/data/label/marks": ["bypass:redact"]}, {
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/marks": ["bypass:redact"],
		"/functions/aws-lambda:resize-photo/accepts/marks": ["bypass:redact"],
	})
	testing.expect(actual, testing.silent)
}

test_undecided_list_of_marks_that_is_missing_from_the_contract if {
	actual := testing.on_invocation("no_bypass", {"/weir/data/label/marks": ["bypass:redact"]}, {
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/marks": null,
		"/functions/aws-lambda:resize-photo/accepts/marks": ["bypass:redact"],
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-005",
		"severity": "high",
		"message": "Data has not passed redact on its way to aws-lambda:resize-photo",
		"action": "Call the required function first and hand on what it returns.",
		"evidence": {"function": "aws-lambda:resize-photo", "mark": "bypass:redact", "place": "edge"},
		"undecided": false,
	}}))
}

test_not_applicable_function_outside_of_the_contract_and_of_executions if {
	actual := testing.on_invocation("no_bypass", {"/weir/data/label/marks": ["bypass:redact"], "/weir/function/id": "openfaas:other"}, {})
	testing.expect(actual, testing.silent)
}
