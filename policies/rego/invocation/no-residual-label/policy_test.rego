package weir.policies.invocation.no_residual_label_test

import data.weir.testing

test_ok_instance_that_has_seen_what_the_call_may_know if {
	actual := testing.on_invocation("no_residual_label", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_instance_that_has_seen_personal_data if {
	actual := testing.on_invocation("no_residual_label", {"/weir/instance/residualLabel/confidentiality": "personal"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-006",
		"severity": "high",
		"message": "Instance resize-photo-7c9d4 has seen more than the edge of this call may know.",
		"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
		"evidence": {
			"exceeds": ["confidentiality"],
			"function": "aws-lambda:resize-photo",
			"instance": "resize-photo-7c9d4",
			"place": "edge",
		},
		"undecided": false,
	}}))
}

test_bad_instance_that_has_seen_data_of_another_tenant if {
	actual := testing.on_invocation("no_residual_label", {"/weir/instance/residualLabel/tenant": ["prentli"]}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-RUN-006",
			"severity": "high",
			"message": "Instance resize-photo-7c9d4 has seen data that the tenant of its caller may not read.",
			"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
			"evidence": {
				"callerTenant": "fotofix",
				"function": "aws-lambda:resize-photo",
				"instance": "resize-photo-7c9d4",
				"place": "caller",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-RUN-006",
			"severity": "high",
			"message": "Instance resize-photo-7c9d4 has seen more than the edge of this call may know.",
			"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
			"evidence": {
				"exceeds": ["tenant"],
				"function": "aws-lambda:resize-photo",
				"instance": "resize-photo-7c9d4",
				"place": "edge",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-RUN-006",
			"severity": "high",
			"message": "Instance resize-photo-7c9d4 has seen more than the function of this call may know.",
			"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
			"evidence": {
				"exceeds": ["tenant"],
				"function": "aws-lambda:resize-photo",
				"instance": "resize-photo-7c9d4",
				"place": "function",
			},
			"undecided": false,
		},
	}))
}

test_bad_instance_that_has_seen_data_that_only_another_tenant_may_read_where_tenants_are_kept_apart if {
	actual := testing.on_invocation("no_residual_label", {"/weir/instance/residualLabel/tenant": ["prentli"]}, {
		"/functions/aws-lambda:resize-photo/accepts/tenant": [],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/tenant": [],
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-006",
		"severity": "high",
		"message": "Instance resize-photo-7c9d4 has seen data that the tenant of its caller may not read.",
		"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
		"evidence": {
			"callerTenant": "fotofix",
			"function": "aws-lambda:resize-photo",
			"instance": "resize-photo-7c9d4",
			"place": "caller",
		},
		"undecided": false,
	}}))
}

test_bad_instance_that_has_seen_more_on_every_axis if {
	actual := testing.on_invocation(
		"no_residual_label", {
			"/weir/instance/residualLabel": {
				"confidentiality": "secret",
				"integrity": "untrusted",
				"region": ["us-1"],
				"tenant": "all",
				"marks": [],
			},
		},
		{"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/integrity": "trusted"},
	)
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-RUN-006",
			"severity": "high",
			"message": "Instance resize-photo-7c9d4 has seen more than the edge of this call may know.",
			"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
			"evidence": {
				"exceeds": ["confidentiality", "integrity", "region"],
				"function": "aws-lambda:resize-photo",
				"instance": "resize-photo-7c9d4",
				"place": "edge",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-RUN-006",
			"severity": "high",
			"message": "Instance resize-photo-7c9d4 has seen more than the function of this call may know.",
			"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
			"evidence": {
				"exceeds": ["confidentiality", "region"],
				"function": "aws-lambda:resize-photo",
				"instance": "resize-photo-7c9d4",
				"place": "function",
			},
			"undecided": false,
		},
		{
			"id": "WEIR-RUN-006",
			"severity": "high",
			"message": "Instance resize-photo-7c9d4 has seen more than the node of this call may know.",
			"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
			"evidence": {
				"exceeds": ["region"],
				"function": "aws-lambda:resize-photo",
				"instance": "resize-photo-7c9d4",
				"place": "node",
			},
			"undecided": false,
		},
	}))
}

test_undecided_instance_of_which_it_is_not_known_what_it_has_seen if {
	actual := testing.on_invocation("no_residual_label", {"/weir/instance/residualLabel": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-006",
		"severity": "high",
		"message": "What instance resize-photo-7c9d4 of aws-lambda:resize-photo has seen is not known.",
		"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
		"evidence": {"function": "aws-lambda:resize-photo", "instance": "resize-photo-7c9d4"},
		"undecided": true,
	}}))
}

test_undecided_caller_whose_tenant_is_not_known if {
	actual := testing.on_invocation("no_residual_label", {"/weir/caller/tenant": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-006",
		"severity": "high",
		"message": "Instance resize-photo-7c9d4 has seen data that the tenant of its caller may not read.",
		"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
		"evidence": {
			"callerTenant": null,
			"function": "aws-lambda:resize-photo",
			"instance": "resize-photo-7c9d4",
			"place": "caller",
		},
		"undecided": true,
	}}))
}

test_boundary_instance_that_has_seen_nothing if {
	actual := testing.on_invocation(
		"no_residual_label", {
			"/weir/instance/residualLabel": {"confidentiality": "public", "integrity": "trusted", "region": "all", "tenant": "all", "marks": []},
			"/weir/caller/tenant": null,
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_boundary_instance_that_has_seen_data_that_nobody_may_read if {
	actual := testing.on_invocation("no_residual_label", {"/weir/instance/residualLabel/tenant": []}, {
		"/functions/aws-lambda:resize-photo/accepts/tenant": [],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/tenant": [],
	})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-006",
		"severity": "high",
		"message": "Instance resize-photo-7c9d4 has seen data that the tenant of its caller may not read.",
		"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
		"evidence": {
			"callerTenant": "fotofix",
			"function": "aws-lambda:resize-photo",
			"instance": "resize-photo-7c9d4",
			"place": "caller",
		},
		"undecided": false,
	}}))
}

test_not_applicable_caller_that_has_proved_nothing_is_told_so_elsewhere if {
	actual := testing.on_invocation(
		"no_residual_label", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
		},
		{},
	)
	testing.expect(actual, testing.silent)
}

test_undecided_anonymous_caller_of_a_function_that_is_open_to_everyone if {
	actual := testing.on_invocation(
		"no_residual_label", {
			"/weir/caller": {"kind": "anonymous", "id": null, "tenant": null, "provedBy": "none", "provedAtMs": null},
		},
		{"/functions/aws-lambda:resize-photo/callers": {"anonymous": true}},
	)
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-006",
		"severity": "high",
		"message": "Instance resize-photo-7c9d4 has seen data that the tenant of its caller may not read.",
		"action": "Replace the instance, or let each tenant and level of data have instances of its own.",
		"evidence": {
			"callerTenant": null,
			"function": "aws-lambda:resize-photo",
			"instance": "resize-photo-7c9d4",
			"place": "caller",
		},
		"undecided": true,
	}}))
}

test_not_applicable_function_outside_of_the_contract_and_nothing_known_of_the_instance if {
	actual := testing.on_invocation("no_residual_label", {"/weir/function/id": "openfaas:other", "/weir/instance/residualLabel": null}, {})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract_and_node_that_nothing_is_known_about if {
	actual := testing.on_invocation(
		"no_residual_label", {
			"/weir/function/id": "openfaas:other",
			"/weir/node/id": "edge-7",
			"/weir/instance/residualLabel/tenant": ["prentli"],
		},
		{},
	)
	testing.expect(actual, testing.silent)
}
