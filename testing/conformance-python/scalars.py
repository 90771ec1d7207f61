"""Values of AppSync's scalars for schemathesis: mostly good ones, sometimes anything."""

import json

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

_dates = st.dates().map(str)
_times = st.times().map(str)
_zones = st.sampled_from(["Z", "+00:00", "-07:00", "+05:30", "+23:59:59"])

_GOOD = {
    "AWSDate": st.tuples(_dates, st.sampled_from(["", "Z", "+01:00"])).map("".join),
    "AWSTime": st.tuples(_times, st.sampled_from(["", "Z", "+01:00"])).map("".join),
    "AWSDateTime": st.tuples(_dates, st.just("T"), _times, _zones).map("".join),
    "AWSEmail": st.emails(),
    "AWSJSON": st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    ).map(json.dumps),
    "AWSURL": st.sampled_from(["https://example.com/a?b=c#d", "mailto:a@example.com", "ftp://example.com"]),
    "AWSPhone": st.from_regex(r"\A\+1 [2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}\Z"),
    "AWSIPAddress": st.ip_addresses().map(str) | st.sampled_from(["10.0.0.0/8", "::/0"]),
}


def register():
    """Tells schemathesis."""
    for name, good in _GOOD.items():
        schemathesis.graphql.scalar(name, st.one_of(good, good, good, st.text()).map(nodes.String))
    stamps = st.integers(-(2**63), 2**63 - 1)
    schemathesis.graphql.scalar("AWSTimestamp", st.one_of(stamps, st.integers(-(2**70), 2**70)).map(nodes.Int))
