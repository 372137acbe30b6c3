# METADATA
# title: Paths
# description: Paths of HTTP requests and JSON Pointers (RFC 6901), without regular expressions.
package weir.lib.paths

# METADATA
# description: The path of a request target without query and fragment.
without_query(target) := split(split(target, "?")[0], "#")[0]

# METADATA
# description: |
#   Whether a path begins with a prefix, segment by segment: both are lists of decoded segments as in `input.parsed_path`.
#   `*` in the prefix stands for one segment.
has_prefix(segments, prefix) if {
	every at, wanted in prefix {
		segment_matches(segments[at], wanted)
	}
}

segment_matches(_, wanted) if wanted == "*"

segment_matches(segment, wanted) if segment == wanted

# METADATA
# description: |
#   Whether a segment could leave the path: `.`, `..`, or one that holds a separator or NUL after decoding.
#   A path with such a segment means different things to different servers.
is_ambiguous(segments) if {
	some segment in segments
	segment in {".", ".."}
}

is_ambiguous(segments) if {
	some segment in segments
	some part in ["/", "\\", "\u0000"]
	contains(segment, part)
}

# METADATA
# description: The JSON Pointer of a list of names and positions.
pointer(segments) := concat("", [concat("", ["/", escaped(segment)]) | some segment in segments])

# METADATA
# description: One name or position as a segment of a JSON Pointer.
escaped(segment) := replace(replace(segment, "~", "~0"), "/", "~1") if is_string(segment)

escaped(segment) := json.marshal(segment) if is_number(segment)

# METADATA
# description: The names that a JSON Pointer consists of; undefined for what is no pointer.
pointer_segments(text) := [] if text == ""

pointer_segments(text) := segments if {
	startswith(text, "/")
	parts := split(text, "/")
	segments := [replace(replace(part, "~1", "/"), "~0", "~") | some part in array.slice(parts, 1, count(parts))]
}
