"""Grade a folder of submissions without trusting any of them.

Never imported by a learner's kernel. `marking.mark` is the one door between its two halves: what
runs a notebook and asks its functions (`sandbox`, `wire`, `remote`, `inside`), and what finds
submissions and writes results.
"""
