"""What `handgrad new` writes: a small exercise that is complete and works, to be changed file by file.

Its files have the names that the guide in CONTRIBUTING.md uses, so that whoever follows it replaces them all.
"""

_PROBLEM = """\
title = "{title}"
summary = "Move every number a step closer to where it should be."
topics = ["gradients"]
difficulty = "easy"                        # easy, medium or hard
entry_point = "step"                       # the function that students write
reference = "solution.step"                # yours, in solution.py
hints = ["Where is the loss smaller: along its gradient, or against it?"]
variants = ["loops.py"]                    # before the first [table], as TOML wants it

[sizes]                                    # what a case may choose
n = {{ min = 1, max = 200 }}

[inputs]                                   # the arguments, in their order
w = {{ draw = "normal", shape = ["n"] }}
target = {{ draw = "normal", shape = ["n"] }}
lr = {{ draw = "constant", value = 0.1 }}    # without a shape: a number

[outputs.w]
shape = ["n"]
updates = "w"                              # it is the new value of this input

[[cases]]
name = "four numbers"
visibility = "public"                      # one to three are; the others are hidden
seed = 1
sizes = {{ n = 4 }}

[[cases]]
name = "one number"
hint = "What if there is a single number?"
seed = 2
sizes = {{ n = 1 }}

[[cases]]
name = "a negative learning rate"
seed = 3
sizes = {{ n = 20 }}
given = {{ lr = -0.7 }}                      # instead of the draw

[[mistakes]]
file = "sign_wrong.py"
message = "You step uphill: which way does the gradient point?"

[[mistakes]]
file = "factor_forgotten.py"
message = "Your step is half as long as it should be: what is the derivative of a square?"
"""
_STATEMENT = """\
The loss of numbers $w$ that should be $t$ is the sum of their squared distances,
$L = \\sum_i (w_i - t_i)^2$. Return $w$ after one step of gradient descent with the learning rate `lr`:

$$w - \\mathrm{lr} \\, \\frac{\\partial L}{\\partial w}$$

| argument | shape | what it is |
|---|---|---|
| `w` | $(n,)$ | the numbers |
| `target` | $(n,)$ | where they should be |
| `lr` | number | the learning rate |

Return an array of shape $(n,)$.
"""
_STARTER = """\
import numpy as np


def step(w, target, lr):
    \"\"\"Return w after one step.\"\"\"
    ...
"""
_SOLUTION = """\
import numpy as np


def step(w, target, lr):
    gradient = 2 * (w - target)  # (n,)
    return w - lr * gradient
"""
_SIGN_WRONG = """\
import numpy as np


def step(w, target, lr):
    gradient = 2 * (w - target)
    return w + lr * gradient
"""
_FACTOR_FORGOTTEN = """\
import numpy as np


def step(w, target, lr):
    gradient = w - target
    return w - lr * gradient
"""
_LOOPS = """\
import numpy as np


def step(w, target, lr):
    new = np.zeros(len(w))
    for i in range(len(w)):
        new[i] = w[i] - lr * 2 * (w[i] - target[i])
    return new
"""


def files(slug: str) -> dict[str, str]:
    """The exercise's files by their paths in the folder."""
    return {
        "problem.toml": _PROBLEM.format(title=slug.replace("-", " ").capitalize()),
        "statement.md": _STATEMENT,
        "starter.py": _STARTER,
        "solution.py": _SOLUTION,
        "mistakes/sign_wrong.py": _SIGN_WRONG,
        "mistakes/factor_forgotten.py": _FACTOR_FORGOTTEN,
        "variants/loops.py": _LOOPS,
    }
