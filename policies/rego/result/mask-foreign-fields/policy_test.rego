package weir.policies.result.mask_foreign_fields_test

import data.weir.testing

test_ok_caller_of_the_function_s_tenant if {
	actual := testing.on_result("mask_foreign_fields", {}, {"/functions/aws-lambda:resize-photo/maskedFields": ["/customer/email", "/items/*/price"]})
	testing.expect(actual, testing.silent)
}

test_bad_caller_of_another_tenant if {
	actual := testing.on_result("mask_foreign_fields", {"/weir/caller/tenant": "prentli"}, {"/functions/aws-lambda:resize-photo/maskedFields": ["/customer/email", "/items/*/price"]})
	testing.expect(actual, {
		"deny": set(),
		"obligations": {{"kind": "mask-fields", "paths": ["/customer/email", "/items/*/price"]}},
		"alerts": set(),
	})
}

test_undecided_caller_whose_tenant_is_not_known if {
	actual := testing.on_result("mask_foreign_fields", {"/weir/caller/tenant": null, "/result/label/tenant": "all"}, {"/functions/aws-lambda:resize-photo/maskedFields": ["/customer/email", "/items/*/price"]})
	testing.expect(actual, {
		"deny": set(),
		"obligations": {{"kind": "mask-fields", "paths": ["/customer/email", "/items/*/price"]}},
		"alerts": set(),
	})
}

test_boundary_nothing_to_mask if {
	actual := testing.on_result("mask_foreign_fields", {"/weir/caller/tenant": "prentli"}, {})
	testing.expect(actual, testing.silent)
}

test_not_applicable_function_outside_of_the_contract if {
	actual := testing.on_result("mask_foreign_fields", {"/weir/function/id": "openfaas:other"}, {"/functions/aws-lambda:resize-photo/maskedFields": ["/customer/email", "/items/*/price"]})
	testing.expect(actual, testing.silent)
}
