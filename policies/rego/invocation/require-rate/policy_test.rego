package weir.policies.invocation.require_rate_test

import data.weir.testing

test_ok_few_calls if {
	actual := testing.on_invocation("require_rate", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_more_calls_than_granted if {
	actual := testing.on_invocation("require_rate", {"/weir/function/admittedPerMinute": 2400}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-009",
		"severity": "medium",
		"message": "aws-lambda:resize-photo was called as often as it may be in a minute.",
		"action": "Call again later, or raise the bound in the contract of the function.",
		"evidence": {"function": "aws-lambda:resize-photo", "invocationsPerMinuteMax": 1200},
		"undecided": false,
	}}))
}

test_undecided_number_of_calls_that_is_not_known if {
	actual := testing.on_invocation("require_rate", {"/weir/function/admittedPerMinute": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-009",
		"severity": "medium",
		"message": "aws-lambda:resize-photo was called as often as it may be in a minute.",
		"action": "Call again later, or raise the bound in the contract of the function.",
		"evidence": {"function": "aws-lambda:resize-photo", "invocationsPerMinuteMax": 1200},
		"undecided": true,
	}}))
}

test_boundary_last_call_that_is_granted if {
	actual := testing.on_invocation("require_rate", {"/weir/function/admittedPerMinute": 1199}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_first_call_that_is_not_granted if {
	actual := testing.on_invocation("require_rate", {"/weir/function/admittedPerMinute": 1200}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-009",
		"severity": "medium",
		"message": "aws-lambda:resize-photo was called as often as it may be in a minute.",
		"action": "Call again later, or raise the bound in the contract of the function.",
		"evidence": {"function": "aws-lambda:resize-photo", "invocationsPerMinuteMax": 1200},
		"undecided": false,
	}}))
}

test_boundary_no_bound_in_the_contract if {
	actual := testing.on_invocation("require_rate", {"/weir/function/admittedPerMinute": 10000000}, {"/functions/aws-lambda:resize-photo/invocationsPerMinuteMax": null})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_invocation("require_rate", {"/weir/function/id": "openfaas:other", "/weir/function/admittedPerMinute": null}, {})
	testing.expect(actual, testing.silent)
}
