package weir.policies.invocation.no_region_escape_test

import data.weir.testing

test_ok_data_that_every_place_accepts if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": "all"}, {})
	testing.expect(actual, testing.silent)
}

test_bad_data_above_what_the_function_accepts if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": ["us-1"]}, {
		"/functions/aws-lambda:resize-photo/accepts/region": ["eu-1"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/region": ["us-1"],
		"/nodes/edge-eu-1/clearance/region": ["us-1"],
	})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to node edge-eu-1",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": "eu-1",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "region",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"region": ["us-1"],
			},
			"undecided": false,
		},
	}))
}

test_bad_data_above_what_the_step_accepts if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": ["us-1"]}, {
		"/functions/aws-lambda:resize-photo/accepts/region": ["us-1"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/region": ["eu-1"],
		"/nodes/edge-eu-1/clearance/region": ["us-1"],
	})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to node edge-eu-1",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": "eu-1",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "region",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"region": ["us-1"],
			},
			"undecided": false,
		},
	}))
}

test_bad_data_above_the_clearance_of_the_node if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": ["us-1"]}, {
		"/functions/aws-lambda:resize-photo/accepts/region": ["us-1"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/region": ["us-1"],
		"/nodes/edge-eu-1/clearance/region": ["eu-1"],
	})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to node edge-eu-1",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": "eu-1",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "region",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the node of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
				"region": ["us-1"],
			},
			"undecided": false,
		},
	}))
}

test_bad_data_above_all if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": ["us-1"]}, {
		"/functions/aws-lambda:resize-photo/accepts/region": ["eu-1"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/region": ["eu-1"],
		"/nodes/edge-eu-1/clearance/region": ["eu-1"],
	})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to node edge-eu-1",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": "eu-1",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "region",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the node of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
				"region": ["us-1"],
			},
			"undecided": false,
		},
	}))
}

test_undecided_data_of_which_nothing_is_known if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": ["us-1"], "/weir/data/evidence": "unknown"}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to node edge-eu-1",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": "eu-1",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "region",
				"region": ["us-1"],
			},
			"undecided": true,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"region": ["us-1"],
			},
			"undecided": true,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"region": ["us-1"],
			},
			"undecided": true,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the node of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
				"region": ["us-1"],
			},
			"undecided": true,
		},
	}))
}

test_boundary_data_exactly_at_the_bound if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": ["eu-1"]}, {
		"/functions/aws-lambda:resize-photo/accepts/region": ["eu-1"],
		"/compositions/photo-order/edges/check/aws-lambda:resize-photo/accepts/region": ["eu-1"],
		"/nodes/edge-eu-1/clearance/region": ["eu-1"],
	})
	testing.expect(actual, testing.silent)
}

test_bad_data_of_the_united_states_on_a_node_in_europe if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": ["us-1"]}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to node edge-eu-1",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": "eu-1",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "region",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"region": ["us-1"],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the node of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
				"region": ["us-1"],
			},
			"undecided": false,
		},
	}))
}

test_undecided_node_whose_region_is_not_known if {
	actual := testing.on_invocation("no_region_escape", {"/weir/node/region": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-003",
		"severity": "critical",
		"message": "Data that is bound to regions must not get to node edge-eu-1",
		"action": "Call the function on a node in a region of the data.",
		"evidence": {
			"accepts": null,
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "region",
			"region": ["eu-1", "us-1"],
		},
		"undecided": true,
	}}))
}

test_boundary_data_that_may_be_everywhere_on_a_node_whose_region_is_not_known if {
	actual := testing.on_invocation("no_region_escape", {"/weir/node/region": null, "/weir/data/label/region": "all"}, {})
	testing.expect(actual, testing.silent)
}

test_boundary_node_that_was_moved_out_of_the_region_of_its_clearance if {
	actual := testing.on_invocation("no_region_escape", {"/weir/node/region": "us-1", "/weir/data/label/region": ["eu-1"]}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-FLOW-003",
		"severity": "critical",
		"message": "Data that is bound to regions must not get to node edge-eu-1",
		"action": "Call the function on a node in a region of the data.",
		"evidence": {
			"accepts": "us-1",
			"function": "aws-lambda:resize-photo",
			"node": "edge-eu-1",
			"place": "region",
			"region": ["eu-1"],
		},
		"undecided": false,
	}}))
}

test_boundary_data_that_may_be_nowhere if {
	actual := testing.on_invocation("no_region_escape", {"/weir/data/label/region": []}, {})
	testing.expect(actual, testing.denying({
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to node edge-eu-1",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": "eu-1",
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "region",
				"region": [],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the edge of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "edge",
				"region": [],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the function of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "function",
				"region": [],
			},
			"undecided": false,
		},
		{
			"id": "WEIR-FLOW-003",
			"severity": "critical",
			"message": "Data that is bound to regions must not get to the node of aws-lambda:resize-photo",
			"action": "Call the function on a node in a region of the data.",
			"evidence": {
				"accepts": ["eu-1"],
				"function": "aws-lambda:resize-photo",
				"node": "edge-eu-1",
				"place": "node",
				"region": [],
			},
			"undecided": false,
		},
	}))
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_invocation("no_region_escape", {"/weir/function/id": "openfaas:other", "/weir/data/label/region": ["us-1"]}, {"/nodes/edge-eu-1": null})
	testing.expect(actual, testing.silent)
}
