"""What runs in the sandbox, beside a submission. Nothing here is trusted once a notebook has run.

zygote      the parent that has everything imported and is forked for each submission
lockdown    what a submission's processes are shut off from
node        a process that runs cells, is forked, and answers questions
notebook    the cells of a notebook, and how they are run
answering   one call of a function, and what it did
borrowed    finding out that an answer comes from the course's own modules, or from autograd
inert       widgets, plots and notebook displays that do nothing
"""
