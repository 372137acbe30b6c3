package weir.policies.invocation.require_allowed_path_test

import data.weir.testing

test_ok_call_along_the_composition if {
	actual := testing.on_invocation("require_allowed_path", {}, {})
	testing.expect(actual, testing.silent)
}

test_ok_start_of_the_composition if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution/fromStep": null, "/weir/function/id": "openfaas:receive-order"}, {})
	testing.expect(actual, testing.silent)
}

test_ok_user_who_calls_outside_of_executions if {
	actual := testing.on_invocation(
		"require_allowed_path", {
			"/weir/caller": {"kind": "user", "id": "ines", "tenant": "fotofix", "provedBy": "jwt", "provedAtMs": 1795557590000},
			"/weir/execution": null,
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_ok_function_whose_verified_context_is_of_no_execution if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution": null}, {})
	testing.expect(actual, testing.silent)
}

test_bad_call_that_skips_a_step if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution/fromStep": "receive"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-004",
		"severity": "high",
		"message": "From step receive of photo-order there is no call to aws-lambda:resize-photo",
		"action": "Call along the composition, or add the call to it and deploy the contract that comes of it.",
		"evidence": {"composition": "photo-order", "fromStep": "receive", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_bad_start_in_the_middle_of_the_composition if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution/fromStep": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-004",
		"severity": "high",
		"message": "From step ^ of photo-order there is no call to aws-lambda:resize-photo",
		"action": "Call along the composition, or add the call to it and deploy the contract that comes of it.",
		"evidence": {"composition": "photo-order", "fromStep": null, "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_bad_execution_of_a_composition_that_the_contract_does_not_have if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution/composition": "photo-return"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-004",
		"severity": "high",
		"message": "From step check of photo-return there is no call to aws-lambda:resize-photo",
		"action": "Call along the composition, or add the call to it and deploy the contract that comes of it.",
		"evidence": {"composition": "photo-return", "fromStep": "check", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_bad_execution_that_goes_deeper_than_it_may if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution/depth": 9}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-004",
		"severity": "high",
		"message": "An execution of photo-order goes deeper than it may.",
		"action": "Call along the composition, or add the call to it and deploy the contract that comes of it.",
		"evidence": {"composition": "photo-order", "depth": 9, "depthMax": 8},
		"undecided": false,
	}}))
}

test_undecided_function_that_does_not_say_in_which_execution_it_calls if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution": null, "/weir/context/status": "absent"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-004",
		"severity": "high",
		"message": "openwhisk:check-photo calls aws-lambda:resize-photo and does not say in which execution.",
		"action": "Call along the composition, or add the call to it and deploy the contract that comes of it.",
		"evidence": {"caller": "openwhisk:check-photo", "function": "aws-lambda:resize-photo"},
		"undecided": true,
	}}))
}

test_boundary_last_call_that_is_deep_enough if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution/depth": 7}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_first_call_that_is_too_deep if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution/depth": 8}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-004",
		"severity": "high",
		"message": "An execution of photo-order goes deeper than it may.",
		"action": "Call along the composition, or add the call to it and deploy the contract that comes of it.",
		"evidence": {"composition": "photo-order", "depth": 8, "depthMax": 8},
		"undecided": false,
	}}))
}

test_boundary_depth_that_is_no_number if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/execution/depth": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-004",
		"severity": "high",
		"message": "An execution of photo-order goes deeper than it may.",
		"action": "Call along the composition, or add the call to it and deploy the contract that comes of it.",
		"evidence": {"composition": "photo-order", "depth": null, "depthMax": 8},
		"undecided": false,
	}}))
}

test_boundary_anonymous_caller_outside_of_executions if {
	actual := testing.on_invocation(
		"require_allowed_path", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
			"/weir/execution": null,
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_boundary_edge_without_a_bound if {
	actual := testing.on_invocation("require_allowed_path", {}, {"/compositions/photo-order/edges/check/aws-lambda:resize-photo": {"step": "resize"}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-004",
		"severity": "high",
		"message": "From step check of photo-order there is no call to aws-lambda:resize-photo",
		"action": "Call along the composition, or add the call to it and deploy the contract that comes of it.",
		"evidence": {"composition": "photo-order", "fromStep": "check", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_not_applicable_function_outside_of_the_contract_is_no_matter_of_this_policy if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/function/id": "openfaas:other"}, {})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract_and_of_executions if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/function/id": "openfaas:other", "/weir/execution": null, "/weir/context/status": "absent"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_user_without_context_outside_of_executions if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/caller/kind": "user", "/weir/execution": null, "/weir/context/status": "absent"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_anonymous_without_context_outside_of_executions if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/caller/kind": "anonymous", "/weir/execution": null, "/weir/context/status": "absent"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_service_without_context_outside_of_executions if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/caller/kind": "service", "/weir/execution": null, "/weir/context/status": "absent"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_call_on_the_path_without_a_context if {
	actual := testing.on_invocation("require_allowed_path", {"/weir/context/status": "absent"}, {})
	testing.expect(actual, testing.silent)
}
