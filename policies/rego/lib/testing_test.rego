# METADATA
# title: Helpers of tests
# description: Only for `*_test.rego`; never part of a bundle.
package weir.testing

import data.weir.testing.example

# METADATA
# description: Compares, and prints both when they differ.
expect(actual, expected) if actual == expected

expect(actual, expected) := false if {
	actual != expected
	print("actual:  ", actual)
	print("expected:", expected)
}

# METADATA
# description: |
#   A document with values replaced, added or removed, each by JSON Pointer; null as a value is kept as null. The paths are sorted, so that a value
#   comes before those inside it: objects have no order in Wasm.
changed(document, values) := json.patch(document, [{"op": "add", "path": path, "value": values[path]} |
	some path in sort(object.keys(values))
])

# METADATA
# description: A document without the values at some JSON Pointers.
without(document, paths) := json.patch(document, [{"op": "remove", "path": path} | some path in paths])

# METADATA
# description: |
#   What one policy says about an input with some data tables: `area` and `name` are those of its package below `data.weir.policies`, `tables` is
#   laid out as `data.weir`.
answer(area, name, document, tables) := result if {
	result := {
		"deny": {each | some each in data.weir.policies[area][name].deny},
		"obligations": {each | some each in data.weir.policies[area][name].obligations},
		"alerts": {each | some each in data.weir.policies[area][name].alerts},
	} with input as document
		with data.weir.schema as tables.schema
		with data.weir.lattice as tables.lattice
		with data.weir.functions as tables.functions
		with data.weir.compositions as tables.compositions
		with data.weir.nodes as tables.nodes
		with data.weir.breakGlass as tables.breakGlass
		with data.weir.limits as tables.limits
}

# METADATA
# description: What a policy on invocations says about the example with values of the input and of the tables changed.
on_invocation(name, in_input, in_tables) := answer(
	"invocation", name,
	changed(example.invocation, in_input),
	changed(example.tables, in_tables),
)

# METADATA
# description: What a policy on results says about the example with values of the input and of the tables changed.
on_result(name, in_input, in_tables) := answer(
	"result", name,
	changed(example.result, in_input),
	changed(example.tables, in_tables),
)

# METADATA
# description: The answer of a policy that only denies.
denying(denials) := {"deny": denials, "obligations": set(), "alerts": set()}

# METADATA
# description: The answer of a policy that has nothing to say.
silent := denying(set())
