"""Every IAM statement of the library, built by pure functions: what may be done, to what, by whom, and on which terms.

A component asks for a document here and writes none of its own, so that one test reads them all.
"""
