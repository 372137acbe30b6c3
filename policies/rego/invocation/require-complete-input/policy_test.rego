package weir.policies.invocation.require_complete_input_test

import data.weir.policies.invocation.require_complete_input as policy
import data.weir.testing
import data.weir.testing.example

denial(missing) := {
	"id": "WEIR-RUN-001",
	"severity": "critical",
	"message": concat(" ", ["The input of the decision is not complete, in", concat(", ", missing)]),
	"action": "Update the enforcement point and the bundle together; they speak of different inputs.",
	"evidence": {"missing": missing},
	"undecided": true,
}

answer(document) := testing.answer("invocation", "require_complete_input", document, example.tables)

test_ok_whole_input if testing.expect(answer(example.invocation), testing.silent)

part_of := {
	"/time": "time",
	"/time/unixMs": "time",
	"/weir/schema": "tables",
	"/weir/function": "function",
	"/weir/function/id": "function",
	"/weir/function/version": "function",
	"/weir/function/digest": "function",
	"/weir/function/memoryLimitBytes": "function",
	"/weir/function/timeoutMs": "function",
	"/weir/function/admittedPerMinute": "function",
	"/weir/instance": "instance",
	"/weir/instance/id": "instance",
	"/weir/instance/residualLabel": "instance",
	"/weir/instance/residualLabel/confidentiality": "instance",
	"/weir/instance/residualLabel/integrity": "instance",
	"/weir/instance/residualLabel/region": "instance",
	"/weir/instance/residualLabel/tenant": "instance",
	"/weir/instance/residualLabel/marks": "instance",
	"/weir/instance/quarantine": "instance",
	"/weir/node": "node",
	"/weir/node/id": "node",
	"/weir/node/region": "node",
	"/weir/node/isBlind": "node",
	"/weir/node/blindReason": "node",
	"/weir/caller": "caller",
	"/weir/caller/kind": "caller",
	"/weir/caller/id": "caller",
	"/weir/caller/tenant": "caller",
	"/weir/caller/provedBy": "caller",
	"/weir/caller/provedAtMs": "caller",
	"/weir/execution": "execution",
	"/weir/execution/id": "execution",
	"/weir/execution/composition": "execution",
	"/weir/execution/fromStep": "execution",
	"/weir/execution/depth": "execution",
	"/weir/data": "data",
	"/weir/data/label": "data",
	"/weir/data/label/confidentiality": "data",
	"/weir/data/label/integrity": "data",
	"/weir/data/label/region": "data",
	"/weir/data/label/tenant": "data",
	"/weir/data/label/marks": "data",
	"/weir/data/evidence": "data",
	"/weir/data/expiresAtMs": "data",
	"/weir/context": "context",
	"/weir/context/status": "context",
	"/weir/context/reason": "context",
	"/weir/smuggled": "smuggled",
	"/weir/policy": "policy",
	"/weir/policy/revision": "policy",
	"/weir/policy/ageMs": "policy",
	"/weir/policy/isStale": "policy",
	"/weir/breakGlass": "breakGlass",
}

test_undecided_whatever_is_missing if {
	every path, part in part_of {
		actual := answer(testing.without(example.invocation, [path]))
		testing.expect([path, actual], [path, testing.denying({denial([part])})])
	}
}

# What may be null is known to be nothing, or is left to the policies that ask for it.
may_be_null := {
	"/weir/function/version",
	"/weir/function/digest",
	"/weir/function/memoryLimitBytes",
	"/weir/function/timeoutMs",
	"/weir/instance/residualLabel",
	"/weir/instance/quarantine",
	"/weir/node/region",
	"/weir/node/isBlind",
	"/weir/node/blindReason",
	"/weir/caller/id",
	"/weir/caller/tenant",
	"/weir/caller/provedAtMs",
	"/weir/execution",
	"/weir/execution/fromStep",
	"/weir/data/expiresAtMs",
	"/weir/context/reason",
	"/weir/breakGlass",
}

test_boundary_null_is_complete_where_it_has_a_meaning if {
	every path in may_be_null {
		testing.expect([path, answer(testing.changed(example.invocation, {path: null}))], [path, testing.silent])
	}
}

test_bad_null_and_values_of_another_kind if {
	every path, part in part_of {
		every value in [null, {"of": "no kind"}] {
			kind_is_fine := {null: may_be_null, {"of": "no kind"}: {"/weir/instance/quarantine"}}
			actual := answer(testing.changed(example.invocation, {path: value}))
			expected := {
				true: testing.silent,
				false: testing.denying({denial([part])}),
			}[path in kind_is_fine[value]]
			testing.expect([path, value, actual], [path, value, expected])
		}
	}
}

test_bad_values_that_are_not_known if {
	cases := {
		"/time/unixMs": ["time", 0],
		"/weir/schema": ["tables", "weir.invocation/2"],
		"/weir/caller/kind": ["caller", "robot"],
		"/weir/caller/provedBy": ["caller", "telepathy"],
		"/weir/data/evidence": ["data", "hearsay"],
		"/weir/data/label/region": ["data", "eu-1"],
		"/weir/context/status": ["context", "fine"],
		"/weir/instance/quarantine": ["instance", "yes"],
	}
	every path, row in cases {
		actual := answer(testing.changed(example.invocation, {path: row[1]}))
		testing.expect([path, actual], [path, testing.denying({denial([row[0]])})])
	}
}

grant := {"grant": "bg-2026-014", "by": "operator@fotofix", "reason": "migration", "expiresAtMs": 1795564800000}

test_ok_grant if {
	testing.expect(answer(testing.changed(example.invocation, {"/weir/breakGlass": grant})), testing.silent)
}

test_undecided_half_a_grant if {
	every key in ["grant", "by", "expiresAtMs"] {
		half := object.remove(grant, [key])
		actual := answer(testing.changed(example.invocation, {"/weir/breakGlass": half}))
		testing.expect([key, actual], [key, testing.denying({denial(["breakGlass"])})])
	}
}

test_bad_everything_is_missing if {
	expected := testing.denying({denial(sort(policy.required))})
	testing.expect(answer({}), expected)
}

test_bad_data_tables_of_another_version if {
	tables := testing.changed(example.tables, {"/schema": "weir.data/2"})
	actual := testing.answer("invocation", "require_complete_input", example.invocation, tables)
	testing.expect(actual, testing.denying({denial(["tables"])}))
}
