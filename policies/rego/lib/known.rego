# METADATA
# title: Known, unknown, undecided
# description: |
#   Null in an input means "not known". Two things in Rego make a policy fail open that asks carelessly:
#
#   - order comparisons put null below every number, so that `null <= 5` holds: use `is_at_most` and `is_below`;
#   - `not helper(input.absent)` and `not data.table[input.absent]` are undefined, not true: write what admits as a rule of its own
#     (`admitted if ...`) and deny with `not admitted`, which is true whatever is missing.
package weir.lib.known

# METADATA
# description: Whether a value is known.
is_known(value) if value != null

# METADATA
# description: Whether a number is known and at most `bound`, which must be a number too.
is_at_most(value, bound) if {
	is_number(value)
	is_number(bound)
	value <= bound
}

# METADATA
# description: Whether a number is known and below `bound`, which must be a number too.
is_below(value, bound) if {
	is_number(value)
	is_number(bound)
	value < bound
}
