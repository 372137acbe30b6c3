# METADATA
# title: What a policy says
# description: |
#   Makes the results of `deny` and `alerts`. `chain` is always `rego.metadata.chain()` of the calling rule: id, severity and recommended action
#   come from the package's METADATA, so that they are written once.
package weir.lib.verdict

# METADATA
# description: A denial because something is known to be wrong.
violated(chain, message, evidence) := denial(promise(chain), message, evidence, false)

# METADATA
# description: A denial because something is not known that the contract asks for.
undecided(chain, message, evidence) := denial(promise(chain), message, evidence, true)

# METADATA
# description: A denial that is undecided unless what it rests on is known.
judged(chain, is_known, message, evidence) := denial(promise(chain), message, evidence, false) if is_known == true

else := denial(promise(chain), message, evidence, true)

# METADATA
# description: Something people should hear of although it does not deny.
noted(chain, message, evidence) := {
	"id": custom.id,
	"severity": custom.severity,
	"message": message,
	"evidence": evidence,
} if {
	custom := promise(chain)
}

# The chain begins with the rule and ends with the package.
promise(chain) := chain[count(chain) - 1].annotations.custom

denial(custom, message, evidence, is_undecided) := {
	"id": custom.id,
	"severity": custom.severity,
	"message": message,
	"action": custom.recommended_action,
	"evidence": evidence,
	"undecided": is_undecided,
}

# METADATA
# description: |
#   A sentence of parts without `sprintf`, which the Wasm host would have to provide. A part that is not known is told as such, so that a
#   denial never fails for want of a name.
words(parts) := concat(" ", [text(part) | some part in parts])

text(part) := part if is_string(part)

text(part) := "(not known)" if part == null

text(part) := json.marshal(part) if {
	not is_string(part)
	part != null
}
