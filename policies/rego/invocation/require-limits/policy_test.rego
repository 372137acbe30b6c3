package weir.policies.invocation.require_limits_test

import data.weir.testing

test_ok_limits_of_the_contract if {
	actual := testing.on_invocation("require_limits", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_more_memory if {
	actual := testing.on_invocation("require_limits", {"/weir/function/memoryLimitBytes": 1073741824}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-008",
		"severity": "medium",
		"message": "The memory of aws-lambda:resize-photo is not known to be within its contract.",
		"action": "Deploy the function with the limits of its contract.",
		"evidence": {
			"function": "aws-lambda:resize-photo",
			"memoryLimitBytes": 1073741824,
			"memoryLimitBytesMax": 536870912,
		},
		"undecided": false,
	}}))
}

test_bad_more_time if {
	actual := testing.on_invocation("require_limits", {"/weir/function/timeoutMs": 900000}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-008",
		"severity": "medium",
		"message": "The time limit of aws-lambda:resize-photo is not known to be within its contract.",
		"action": "Deploy the function with the limits of its contract.",
		"evidence": {"function": "aws-lambda:resize-photo", "timeoutMs": 900000, "timeoutMsMax": 20000},
		"undecided": false,
	}}))
}

test_undecided_memory_that_is_not_known if {
	actual := testing.on_invocation("require_limits", {"/weir/function/memoryLimitBytes": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-008",
		"severity": "medium",
		"message": "The memory of aws-lambda:resize-photo is not known to be within its contract.",
		"action": "Deploy the function with the limits of its contract.",
		"evidence": {"function": "aws-lambda:resize-photo", "memoryLimitBytes": null, "memoryLimitBytesMax": 536870912},
		"undecided": true,
	}}))
}

test_undecided_time_limit_that_is_not_known if {
	actual := testing.on_invocation("require_limits", {"/weir/function/timeoutMs": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-008",
		"severity": "medium",
		"message": "The time limit of aws-lambda:resize-photo is not known to be within its contract.",
		"action": "Deploy the function with the limits of its contract.",
		"evidence": {"function": "aws-lambda:resize-photo", "timeoutMs": null, "timeoutMsMax": 20000},
		"undecided": true,
	}}))
}

test_boundary_one_byte_and_one_millisecond_too_much if {
	actual := testing.on_invocation("require_limits", {"/weir/function/memoryLimitBytes": 536870913, "/weir/function/timeoutMs": 20001}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-RUN-008",
			"severity": "medium",
			"message": "The memory of aws-lambda:resize-photo is not known to be within its contract.",
			"action": "Deploy the function with the limits of its contract.",
			"evidence": {
				"function": "aws-lambda:resize-photo",
				"memoryLimitBytes": 536870913,
				"memoryLimitBytesMax": 536870912,
			},
			"undecided": false,
		},
		{
			"id": "WEIR-RUN-008",
			"severity": "medium",
			"message": "The time limit of aws-lambda:resize-photo is not known to be within its contract.",
			"action": "Deploy the function with the limits of its contract.",
			"evidence": {"function": "aws-lambda:resize-photo", "timeoutMs": 20001, "timeoutMsMax": 20000},
			"undecided": false,
		},
	}))
}

test_boundary_exactly_as_much_as_granted if {
	actual := testing.on_invocation("require_limits", {"/weir/function/memoryLimitBytes": 536870912, "/weir/function/timeoutMs": 20000}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_no_limits_in_the_contract if {
	actual := testing.on_invocation("require_limits", {"/weir/function/memoryLimitBytes": null, "/weir/function/timeoutMs": null}, {
		"/functions/aws-lambda:resize-photo/memoryLimitBytesMax": null,
		"/functions/aws-lambda:resize-photo/timeoutMsMax": null,
	})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_invocation(
		"require_limits", {
			"/weir/function/id": "openfaas:other",
			"/weir/function/timeoutMs": null,
			"/weir/function/memoryLimitBytes": null,
		},
		{},
	)
	testing.expect(actual, testing.silent)
}
