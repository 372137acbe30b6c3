package weir.policies.invocation.require_own_tenant_test

import data.weir.testing

test_ok_caller_of_the_function_s_tenant if {
	actual := testing.on_invocation("require_own_tenant", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_caller_of_another_tenant if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": "prentli", "/weir/caller/id": "openwhisk:check-photo-prentli"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-005",
		"severity": "high",
		"message": "aws-lambda:resize-photo belongs to another tenant than its caller.",
		"action": "Call from the function's own tenant, or name the caller in the contract of the function.",
		"evidence": {"callerTenant": "prentli", "function": "aws-lambda:resize-photo", "functionTenant": "fotofix"},
		"undecided": false,
	}}))
}

test_bad_node_that_is_reserved_for_other_tenants if {
	actual := testing.on_invocation("require_own_tenant", {}, {"/nodes/edge-eu-1/tenants": {"prentli": true}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-005",
		"severity": "high",
		"message": "Node edge-eu-1 is reserved for other tenants than that of aws-lambda:resize-photo",
		"action": "Call from the function's own tenant, or name the caller in the contract of the function.",
		"evidence": {
			"callerTenant": "fotofix",
			"function": "aws-lambda:resize-photo",
			"functionTenant": "fotofix",
			"node": "edge-eu-1",
		},
		"undecided": false,
	}}))
}

test_undecided_caller_whose_tenant_is_not_known if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": null, "/weir/caller/id": "openwhisk:other"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-005",
		"severity": "high",
		"message": "aws-lambda:resize-photo belongs to another tenant than its caller.",
		"action": "Call from the function's own tenant, or name the caller in the contract of the function.",
		"evidence": {"callerTenant": null, "function": "aws-lambda:resize-photo", "functionTenant": "fotofix"},
		"undecided": true,
	}}))
}

test_undecided_shared_function_with_a_caller_whose_tenant_is_not_known_on_a_reserved_node if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": null}, {"/functions/aws-lambda:resize-photo/tenant": null})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-005",
		"severity": "high",
		"message": "Node edge-eu-1 is reserved for other tenants than that of aws-lambda:resize-photo",
		"action": "Call from the function's own tenant, or name the caller in the contract of the function.",
		"evidence": {
			"callerTenant": null,
			"function": "aws-lambda:resize-photo",
			"functionTenant": null,
			"node": "edge-eu-1",
		},
		"undecided": true,
	}}))
}

test_boundary_caller_of_another_tenant_that_the_contract_names if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": "prentli"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_caller_of_another_tenant_who_is_called_like_the_wildcard if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": "prentli", "/weir/caller/id": "*"}, {"/functions/aws-lambda:resize-photo/callers": {"*": true}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-005",
		"severity": "high",
		"message": "aws-lambda:resize-photo belongs to another tenant than its caller.",
		"action": "Call from the function's own tenant, or name the caller in the contract of the function.",
		"evidence": {"callerTenant": "prentli", "function": "aws-lambda:resize-photo", "functionTenant": "fotofix"},
		"undecided": false,
	}}))
}

test_boundary_anonymous_caller_of_a_function_that_is_open_to_everyone if {
	actual := testing.on_invocation(
		"require_own_tenant", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
		},
		{"/functions/aws-lambda:resize-photo/callers": {"anonymous": true}},
	)
	testing.expect(actual, testing.silent)
}

test_boundary_caller_of_another_tenant_of_a_function_that_is_open_to_everyone if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": "prentli", "/weir/caller/id": "someone"}, {"/functions/aws-lambda:resize-photo/callers": {"anonymous": true}})
	testing.expect(actual, testing.silent)
}

test_boundary_shared_function_on_a_node_that_is_reserved_for_its_caller if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": "prentli"}, {"/functions/aws-lambda:resize-photo/tenant": null, "/nodes/edge-eu-1/tenants": {"prentli": true}})
	testing.expect(actual, testing.silent)
}

test_boundary_shared_function_on_a_node_that_is_reserved_for_others_than_its_caller if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": "prentli"}, {"/functions/aws-lambda:resize-photo/tenant": null, "/nodes/edge-eu-1/tenants": {"fotofix": true}})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-005",
		"severity": "high",
		"message": "Node edge-eu-1 is reserved for other tenants than that of aws-lambda:resize-photo",
		"action": "Call from the function's own tenant, or name the caller in the contract of the function.",
		"evidence": {
			"callerTenant": "prentli",
			"function": "aws-lambda:resize-photo",
			"functionTenant": null,
			"node": "edge-eu-1",
		},
		"undecided": false,
	}}))
}

test_boundary_node_for_everyone if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/tenant": null}, {"/nodes/edge-eu-1/tenants": null, "/functions/aws-lambda:resize-photo/tenant": null})
	testing.expect(actual, testing.silent)
}

test_not_applicable_caller_that_has_proved_nothing_is_told_so_elsewhere if {
	actual := testing.on_invocation(
		"require_own_tenant", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/function/id": "openfaas:other", "/weir/caller/tenant": "prentli"}, {"/nodes/edge-eu-1/tenants": {"fotofix": true}})
	testing.expect(actual, testing.silent)
}

test_not_applicable_node_that_nothing_is_known_about if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/node/id": "edge-7"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_any_caller_of_a_shared_function if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/id": "someone", "/weir/caller/tenant": "prentli"}, {"/functions/aws-lambda:resize-photo/tenant": null})
	testing.expect(actual, testing.silent)
}

test_boundary_any_caller_of_the_own_tenant if {
	actual := testing.on_invocation("require_own_tenant", {"/weir/caller/id": "someone"}, {})
	testing.expect(actual, testing.silent)
}
