package weir.policies.result.require_complete_result_test

import data.weir.policies.result.require_complete_result as policy
import data.weir.testing
import data.weir.testing.example

denial(missing) := {
	"id": "WEIR-RUN-001",
	"severity": "critical",
	"message": concat(" ", ["The input of the decision on a result is not complete, in", concat(", ", missing)]),
	"action": "Update the enforcement point and the bundle together; they speak of different inputs.",
	"evidence": {"missing": missing},
	"undecided": true,
}

answer(document) := testing.answer("result", "require_complete_result", document, example.tables)

test_ok_whole_input if testing.expect(answer(example.result), testing.silent)

part_of := {
	"/time": "time",
	"/time/unixMs": "time",
	"/weir/schema": "tables",
	"/weir/function/id": "function",
	"/weir/node/id": "function",
	"/weir/caller/kind": "caller",
	"/weir/caller/id": "caller",
	"/weir/caller/tenant": "caller",
	"/weir/caller/provedBy": "caller",
	"/weir/data/label/confidentiality": "data",
	"/weir/data/evidence": "data",
	"/weir/breakGlass": "breakGlass",
	"/result": "result",
	"/result/outcome": "result",
	"/result/durationMs": "result",
	"/result/label": "result",
	"/result/label/confidentiality": "result",
	"/result/label/integrity": "result",
	"/result/label/region": "result",
	"/result/label/tenant": "result",
	"/result/label/marks": "result",
}

test_undecided_whatever_is_missing if {
	every path, part in part_of {
		actual := answer(testing.without(example.result, [path]))
		testing.expect([path, actual], [path, testing.denying({denial([part])})])
	}
}

test_bad_values_of_another_kind if {
	every path, part in part_of {
		actual := answer(testing.changed(example.result, {path: {"of": "no kind"}}))
		testing.expect([path, actual], [path, testing.denying({denial([part])})])
	}
}

test_boundary_null_is_complete_where_it_has_a_meaning if {
	every path in ["/weir/caller/id", "/weir/caller/tenant", "/weir/breakGlass"] {
		testing.expect([path, answer(testing.changed(example.result, {path: null}))], [path, testing.silent])
	}
}

test_bad_values_that_are_not_known if {
	cases := {
		"/time/unixMs": ["time", 0],
		"/weir/caller/kind": ["caller", "robot"],
		"/weir/caller/provedBy": ["caller", "telepathy"],
		"/result/outcome": ["result", "fine"],
		"/result/label/tenant": ["result", "fotofix"],
	}
	every path, row in cases {
		actual := answer(testing.changed(example.result, {path: row[1]}))
		testing.expect([path, actual], [path, testing.denying({denial([row[0]])})])
	}
}

test_boundary_names_of_every_kind if {
	testing.expect(answer(testing.changed(example.result, {"/result/label/tenant": "all"})), testing.silent)
}

grant := {"grant": "bg-2026-014", "by": "operator@fotofix", "reason": "migration", "expiresAtMs": 1795564800000}

test_ok_grant if {
	testing.expect(answer(testing.changed(example.result, {"/weir/breakGlass": grant})), testing.silent)
}

test_undecided_half_a_grant if {
	every key in ["grant", "by", "expiresAtMs"] {
		half := object.remove(grant, [key])
		actual := answer(testing.changed(example.result, {"/weir/breakGlass": half}))
		testing.expect([key, actual], [key, testing.denying({denial(["breakGlass"])})])
	}
}

test_bad_everything_is_missing if {
	testing.expect(answer({}), testing.denying({denial(sort(policy.required))}))
}

test_bad_data_tables_of_another_version if {
	tables := testing.changed(example.tables, {"/schema": "weir.data/2"})
	actual := testing.answer("result", "require_complete_result", example.result, tables)
	testing.expect(actual, testing.denying({denial(["tables"])}))
}
