package weir.policies.invocation.require_permitted_caller_test

import data.weir.testing

test_ok_caller_that_the_contract_names if {
	actual := testing.on_invocation("require_permitted_caller", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_caller_that_the_contract_does_not_name if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/id": "openfaas:receive-order"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-003",
		"severity": "high",
		"message": "openfaas:receive-order is not among the callers of aws-lambda:resize-photo",
		"action": "Add the caller to the callers of the function, or call the function that is meant for this caller.",
		"evidence": {"caller": "openfaas:receive-order", "callerTenant": "fotofix", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_bad_caller_of_another_tenant_where_all_of_the_own_may_call if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/tenant": "prentli"}, {"/functions/aws-lambda:resize-photo/callers": {"*": true}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-003",
		"severity": "high",
		"message": "openwhisk:check-photo is not among the callers of aws-lambda:resize-photo",
		"action": "Add the caller to the callers of the function, or call the function that is meant for this caller.",
		"evidence": {"caller": "openwhisk:check-photo", "callerTenant": "prentli", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_undecided_caller_whose_tenant_is_not_known_where_all_of_the_own_may_call if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/tenant": null}, {"/functions/aws-lambda:resize-photo/callers": {"*": true}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-003",
		"severity": "high",
		"message": "openwhisk:check-photo is not among the callers of aws-lambda:resize-photo",
		"action": "Add the caller to the callers of the function, or call the function that is meant for this caller.",
		"evidence": {"caller": "openwhisk:check-photo", "callerTenant": null, "function": "aws-lambda:resize-photo"},
		"undecided": true,
	}}))
}

test_boundary_any_caller_of_the_own_tenant if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/id": "someone"}, {"/functions/aws-lambda:resize-photo/callers": {"*": true}})
	testing.expect(actual, testing.silent)
}

test_boundary_any_caller_of_a_shared_function if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/id": "someone", "/weir/caller/tenant": null}, {
		"/functions/aws-lambda:resize-photo/callers": {"*": true},
		"/functions/aws-lambda:resize-photo/tenant": null,
	})
	testing.expect(actual, testing.silent)
}

test_boundary_shared_function_that_does_not_allow_callers_in_general if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/id": "someone", "/weir/caller/tenant": null}, {"/functions/aws-lambda:resize-photo/callers": {"other": true}, "/functions/aws-lambda:resize-photo/tenant": null})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-003",
		"severity": "high",
		"message": "someone is not among the callers of aws-lambda:resize-photo",
		"action": "Add the caller to the callers of the function, or call the function that is meant for this caller.",
		"evidence": {"caller": "someone", "callerTenant": null, "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_boundary_everyone if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/id": "someone"}, {"/functions/aws-lambda:resize-photo/callers": {"anonymous": true}})
	testing.expect(actual, testing.silent)
}

test_boundary_nobody if {
	actual := testing.on_invocation("require_permitted_caller", {}, {"/functions/aws-lambda:resize-photo/callers": {}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-003",
		"severity": "high",
		"message": "openwhisk:check-photo is not among the callers of aws-lambda:resize-photo",
		"action": "Add the caller to the callers of the function, or call the function that is meant for this caller.",
		"evidence": {"caller": "openwhisk:check-photo", "callerTenant": "fotofix", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_boundary_caller_of_another_tenant_who_is_called_like_the_wildcard if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/id": "*", "/weir/caller/tenant": "prentli"}, {"/functions/aws-lambda:resize-photo/callers": {"*": true}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-003",
		"severity": "high",
		"message": "* is not among the callers of aws-lambda:resize-photo",
		"action": "Add the caller to the callers of the function, or call the function that is meant for this caller.",
		"evidence": {"caller": "*", "callerTenant": "prentli", "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_not_applicable_caller_that_has_proved_nothing_is_told_so_elsewhere if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/id": "someone", "/weir/caller/provedBy": "none"}, {})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract_is_no_matter_of_this_policy if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/function/id": "openfaas:other"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_tenant_that_is_not_known_does_not_matter_where_callers_are_named if {
	actual := testing.on_invocation("require_permitted_caller", {"/weir/caller/id": "someone", "/weir/caller/tenant": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-003",
		"severity": "high",
		"message": "someone is not among the callers of aws-lambda:resize-photo",
		"action": "Add the caller to the callers of the function, or call the function that is meant for this caller.",
		"evidence": {"caller": "someone", "callerTenant": null, "function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}
