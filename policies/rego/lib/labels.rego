# METADATA
# title: Labels
# description: |
#   The order of labels on the compiled lattice, which is handed over as data. `lattice` is always `data.weir.lattice`; a label is an object
#   with `confidentiality`, `integrity`, `region`, `tenant` and `marks`, where regions and tenants are a list of names or `"all"`.
#   A level that the lattice does not know flows nowhere, and nothing flows to it.
package weir.lib.labels

# METADATA
# description: Whether one level may flow to another; `levels` is the table of one axis, e.g. `data.weir.lattice.confidentiality`.
level_flows_to(levels, level, bound) if levels.flowsTo[level][bound]

# METADATA
# description: The least level that is above both; a level that the table does not know counts as its top.
join_levels(levels, left, right) := joined if joined := levels.join[left][right]

else := levels.top

# METADATA
# description: |
#   Whether data that may be with `names` may be where `bound` is: every name of the bound is among them. `"all"` is the set of all names.
#   The empty bound admits everything, because nobody is there.
names_flow_to(names, bound) if names == "all"

else if {
	is_array(names)
	bound == names
} else if {
	is_array(names)
	is_array(bound)
	count({name | some name in bound} - {name | some name in names}) == 0
}

# METADATA
# description: The names that are in both sets.
join_names(left, right) := right if left == "all"

else := left if right == "all"

else := sort({name | some name in left} & {name | some name in right})

# METADATA
# description: Whether `label` may flow to `bound` on all four axes. Marks are not looked at.
flows_to(lattice, label, bound) if {
	level_flows_to(lattice.confidentiality, label.confidentiality, bound.confidentiality)
	level_flows_to(lattice.integrity, label.integrity, bound.integrity)
	names_flow_to(label.region, bound.region)
	names_flow_to(label.tenant, bound.tenant)
}

# METADATA
# description: The axes on which `label` may not flow to `bound`; empty when it may.
exceeds(lattice, label, bound) := {axis |
	some axis in {"confidentiality", "integrity", "region", "tenant"}
	not axis_flows_to(lattice, axis, label, bound)
}

# METADATA
# description: Whether `label` may flow to `bound` on one axis.
axis_flows_to(lattice, axis, label, bound) if level_flows_to(lattice[axis], label[axis], bound[axis])

axis_flows_to(_, axis, label, bound) if {
	axis in {"region", "tenant"}
	names_flow_to(label[axis], bound[axis])
}

# METADATA
# description: The least label above both; marks are united.
join(lattice, left, right) := {
	"confidentiality": join_levels(lattice.confidentiality, left.confidentiality, right.confidentiality),
	"integrity": join_levels(lattice.integrity, left.integrity, right.integrity),
	"region": join_names(left.region, right.region),
	"tenant": join_names(left.tenant, right.tenant),
	"marks": sort({mark | some mark in left.marks} | {mark | some mark in right.marks}),
}

# METADATA
# description: Whether a label carries a mark, e.g. `token`.
has_mark(label, mark) if mark in label.marks
