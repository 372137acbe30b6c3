# METADATA
# title: What the contract says about this call
# description: |
#   The rows of the data tables that belong to the input. These are rules and not functions, so that they are looked up once for all policies
#   of a decision. Each is undefined when there is no such row; `require-contract`, `require-allowed-path` and `require-admitted-node` deny then.
# schemas:
#   - input: schema.invocation
#   - data.weir.functions: schema.data.functions
#   - data.weir.compositions: schema.data.compositions
#   - data.weir.nodes: schema.data.nodes
package weir.lib.facts

# METADATA
# description: The contract of the function that is called.
callee := data.weir.functions[input.weir.function.id]

# METADATA
# description: The contract of the composition that the call belongs to.
composition := data.weir.compositions[input.weir.execution.composition]

# METADATA
# description: The step from which the call comes; `^` is the start of the composition.
from_step := "^" if is_null(input.weir.execution.fromStep)

else := input.weir.execution.fromStep

# METADATA
# description: The allowed call that this one is.
edge := composition.edges[from_step][input.weir.function.id]

# METADATA
# description: What is known about the node of the function.
node := data.weir.nodes[input.weir.node.id]

# METADATA
# description: |
#   The places that data of the call gets to, each with the most that may be there. A place that is not known is missing here.
bounds["function"] := callee.accepts

bounds["edge"] := edge.accepts

bounds["node"] := node.clearance

# METADATA
# description: Whether the caller has proved who it is. A name that is only claimed proves nothing.
caller_is_authenticated if {
	is_string(input.weir.caller.id)
	input.weir.caller.kind in {"user", "function", "service"}
	input.weir.caller.provedBy in {"context", "mtls", "jwt", "platform"}
}

# METADATA
# description: Whether the contract names the caller by id. An identity that is written like the wildcard is no name.
caller_is_named if {
	input.weir.caller.id != "*"
	callee.callers[input.weir.caller.id]
}

# METADATA
# description: |
#   Whether the caller may be anyone, or has proved who it is. Otherwise `require-authenticated-caller` denies, and policies on the caller's tenant
#   are silent, so that the caller is asked to prove who it is first.
caller_is_admissible if callee.callers.anonymous

caller_is_admissible if caller_is_authenticated

default label_is_known := false

# METADATA
# description: Whether the label of the data rests on something; otherwise it is assumed to be the worst.
label_is_known if input.weir.data.evidence in {"context", "declared", "entry"}

# METADATA
# description: Whether the caller belongs to the tenant that owns the function.
caller_is_of_owner if {
	is_string(callee.tenant)
	input.weir.caller.tenant == callee.tenant
}
