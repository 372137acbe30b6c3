# METADATA
# title: Time
# description: |
#   The only clock is the one of the input: the same input gives the same decision, today and when it is replayed.
# related_resources:
#   - description: Why policies do not read the wall clock
#     ref: https://www.openpolicyagent.org/docs/policy-reference/builtins/time
package weir.lib.clock

# METADATA
# description: The moment of the decision in milliseconds since 1970; undefined when the input has none.
now_ms := input.time.unixMs if is_number(input.time.unixMs)

# METADATA
# description: Whether a moment has passed. The moment itself counts as passed, so that what expires is never used in its last millisecond.
has_passed(at_ms, now) if {
	is_number(at_ms)
	is_number(now)
	at_ms <= now
}

# METADATA
# description: Whether a moment is known to be still to come.
is_ahead(at_ms, now) if {
	is_number(at_ms)
	is_number(now)
	at_ms > now
}

# METADATA
# description: Milliseconds since a moment; negative for one that is still to come.
age_ms(at_ms, now) := now - at_ms
