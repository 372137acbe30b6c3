# METADATA
# title: Decisions on invocations
# description: |
#   Puts together what all policies below `data.weir.policies.invocation` say. A policy takes part by its package name: `deny`, `obligations` and
#   `alerts` are united, and the call is allowed when nothing denies. Break-glass sets aside exactly what its grant names.
# schemas:
#   - input: schema.invocation
package weir.invocation

import data.weir.policies.invocation.break_glass

# METADATA
# title: Decision on an invocation
# description: A `PolicyOutput`; `allow` is true exactly when `deny` is empty.
# entrypoint: true
decision := {"allow": allow, "deny": deny, "obligations": obligations, "alerts": alerts}

default allow := false

allow if count(deny) == 0

deny contains result if {
	some result in raised
	not break_glass.sets_aside[result.id]
}

obligations contains obligation if {
	some policy
	some obligation in data.weir.policies.invocation[policy].obligations
}

alerts contains alert if {
	some policy
	some alert in data.weir.policies.invocation[policy].alerts
}

alerts contains alert if alert := break_glass.use(set_aside)

# Everything that is wrong, whether it is set aside or not.
raised contains result if {
	some policy
	some result in data.weir.policies.invocation[policy].deny
}

set_aside contains result if {
	some result in raised
	break_glass.sets_aside[result.id]
}
