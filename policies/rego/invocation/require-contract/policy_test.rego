package weir.policies.invocation.require_contract_test

import data.weir.testing

test_ok_function_of_the_contract if {
	actual := testing.on_invocation("require_contract", {}, {})
	testing.expect(actual, testing.silent)
}

test_bad_function_outside_of_the_contract if {
	actual := testing.on_invocation("require_contract", {"/weir/function/id": "aws-lambda:resize-photo-copy"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-002",
		"severity": "high",
		"message": "aws-lambda:resize-photo-copy is not part of the contract.",
		"action": "Add the function to the application that is checked, and deploy the contract that comes of it.",
		"evidence": {"function": "aws-lambda:resize-photo-copy"},
		"undecided": false,
	}}))
}

test_bad_function_whose_name_only_begins_like_one_of_the_contract if {
	actual := testing.on_invocation("require_contract", {"/weir/function/id": "aws-lambda:resize"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-002",
		"severity": "high",
		"message": "aws-lambda:resize is not part of the contract.",
		"action": "Add the function to the application that is checked, and deploy the contract that comes of it.",
		"evidence": {"function": "aws-lambda:resize"},
		"undecided": false,
	}}))
}

test_undecided_row_of_the_contract_that_says_nothing if {
	actual := testing.on_invocation("require_contract", {}, {"/functions/aws-lambda:resize-photo": null})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-002",
		"severity": "high",
		"message": "aws-lambda:resize-photo is not part of the contract.",
		"action": "Add the function to the application that is checked, and deploy the contract that comes of it.",
		"evidence": {"function": "aws-lambda:resize-photo"},
		"undecided": false,
	}}))
}

test_boundary_function_named_like_a_property_of_every_object if {
	actual := testing.on_invocation("require_contract", {"/weir/function/id": "constructor"}, {})
	testing.expect(actual, testing.denying({{
		"id": "WEIR-RUN-002",
		"severity": "high",
		"message": "constructor is not part of the contract.",
		"action": "Add the function to the application that is checked, and deploy the contract that comes of it.",
		"evidence": {"function": "constructor"},
		"undecided": false,
	}}))
}
