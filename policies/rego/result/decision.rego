# METADATA
# title: Decisions on results
# description: |
#   Puts together what all policies below `data.weir.policies.result` say. A policy takes part by its package name: `deny`, `obligations` and
#   `alerts` are united, and the result is allowed when nothing denies. Break-glass sets aside exactly what its grant names.
# schemas:
#   - input: schema.result
package weir.result

import data.weir.policies.invocation.break_glass

# METADATA
# title: Decision on a result
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
	some obligation in data.weir.policies.result[policy].obligations
}

alerts contains alert if {
	some policy
	some alert in data.weir.policies.result[policy].alerts
}

alerts contains alert if alert := break_glass.use(set_aside)

# Everything that is wrong, whether it is set aside or not.
raised contains result if {
	some policy
	some result in data.weir.policies.result[policy].deny
}

set_aside contains result if {
	some result in raised
	break_glass.sets_aside[result.id]
}
