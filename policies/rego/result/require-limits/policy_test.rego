package weir.policies.result.require_limits_test

import data.weir.testing

test_ok_short_run if {
	actual := testing.on_result("require_limits", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_run_that_was_too_long if {
	actual := testing.on_result("require_limits", {"/result/durationMs": 25000}, {})
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-008",
			"severity": "medium",
			"message": "aws-lambda:resize-photo ran longer than its contract grants.",
			"evidence": {"durationMs": 25000, "function": "aws-lambda:resize-photo", "timeoutMsMax": 20000},
		}},
	})
}

test_undecided_duration_that_is_not_known if {
	actual := testing.on_result("require_limits", {"/result/durationMs": null}, {})
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-008",
			"severity": "medium",
			"message": "aws-lambda:resize-photo ran longer than its contract grants.",
			"evidence": {"durationMs": null, "function": "aws-lambda:resize-photo", "timeoutMsMax": 20000},
		}},
	})
}

test_boundary_run_as_long_as_granted if {
	actual := testing.on_result("require_limits", {"/result/durationMs": 20000}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_run_a_millisecond_longer_than_granted if {
	actual := testing.on_result("require_limits", {"/result/durationMs": 20001}, {})
	testing.expect(actual, {
		"deny": set(),
		"obligations": set(),
		"alerts": {{
			"id": "WEIR-RUN-008",
			"severity": "medium",
			"message": "aws-lambda:resize-photo ran longer than its contract grants.",
			"evidence": {"durationMs": 20001, "function": "aws-lambda:resize-photo", "timeoutMsMax": 20000},
		}},
	})
}

test_boundary_no_limit_in_the_contract if {
	actual := testing.on_result("require_limits", {"/result/durationMs": 25000}, {"/functions/aws-lambda:resize-photo/timeoutMsMax": null})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_result("require_limits", {"/weir/function/id": "openfaas:other", "/result/durationMs": 25000}, {})
	testing.expect(actual, testing.silent)
}
