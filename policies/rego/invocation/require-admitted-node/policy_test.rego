package weir.policies.invocation.require_admitted_node_test

import data.weir.testing

test_ok_node_of_the_contract if {
	actual := testing.on_invocation("require_admitted_node", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_node_that_the_contract_does_not_name if {
	actual := testing.on_invocation("require_admitted_node", {"/weir/node/id": "cloud-eu-1"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-016",
		"severity": "high",
		"message": "aws-lambda:resize-photo must not run on node cloud-eu-1",
		"action": "Move the function to a node of its contract, or register the node.",
		"evidence": {"function": "aws-lambda:resize-photo", "node": "cloud-eu-1"},
		"undecided": false,
	}}))
}

test_bad_node_in_another_region_than_it_was_registered_with if {
	actual := testing.on_invocation("require_admitted_node", {"/weir/node/region": "us-1"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-016",
		"severity": "high",
		"message": "Node edge-eu-1 is not known to be in the region it was registered with.",
		"action": "Move the function to a node of its contract, or register the node.",
		"evidence": {"node": "edge-eu-1", "region": "us-1", "registered": "eu-1"},
		"undecided": false,
	}}))
}

test_undecided_node_that_nothing_is_known_about if {
	actual := testing.on_invocation("require_admitted_node", {"/weir/node/id": "edge-eu-7"}, {"/functions/aws-lambda:resize-photo/nodes": null})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-016",
		"severity": "high",
		"message": "Nothing is known about node edge-eu-7",
		"action": "Move the function to a node of its contract, or register the node.",
		"evidence": {"function": "aws-lambda:resize-photo", "node": "edge-eu-7"},
		"undecided": true,
	}}))
}

test_undecided_node_whose_region_is_not_known if {
	actual := testing.on_invocation("require_admitted_node", {"/weir/node/region": null}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-016",
		"severity": "high",
		"message": "Node edge-eu-1 is not known to be in the region it was registered with.",
		"action": "Move the function to a node of its contract, or register the node.",
		"evidence": {"node": "edge-eu-1", "region": null, "registered": "eu-1"},
		"undecided": true,
	}}))
}

test_boundary_any_node_with_enough_clearance if {
	actual := testing.on_invocation("require_admitted_node", {"/weir/node/id": "cloud-eu-1"}, {"/functions/aws-lambda:resize-photo/nodes": null})
	testing.expect(actual, testing.silent)
}

test_boundary_node_that_was_registered_without_region if {
	actual := testing.on_invocation("require_admitted_node", {"/weir/node/region": null}, {"/nodes/edge-eu-1/region": null})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_invocation("require_admitted_node", {"/weir/function/id": "openfaas:other"}, {})
	testing.expect(actual, testing.silent)
}

test_not_applicable_node_that_nothing_is_known_about_has_no_region_to_compare if {
	actual := testing.on_invocation("require_admitted_node", {"/weir/node/id": "edge-eu-7", "/weir/node/region": "us-1"}, {"/functions/aws-lambda:resize-photo/nodes": null})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-016",
		"severity": "high",
		"message": "Nothing is known about node edge-eu-7",
		"action": "Move the function to a node of its contract, or register the node.",
		"evidence": {"function": "aws-lambda:resize-photo", "node": "edge-eu-7"},
		"undecided": true,
	}}))
}

test_boundary_node_that_was_registered_without_region_and_has_one if {
	actual := testing.on_invocation("require_admitted_node", {}, {"/nodes/edge-eu-1/region": null})
	testing.expect(actual, testing.silent)
}
