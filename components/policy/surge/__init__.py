"""The surge: a load that rises faster than pods do, what it meets, and what becomes of it. Pure, in seconds.

What simulator and wind tunnel share: profile (the load), flow (the call graph), hpa_spec and scaling_policy (who scales
how), timeline and outcome (what happened and what it comes to).
"""
