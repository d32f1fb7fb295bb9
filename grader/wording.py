"""Every sentence a student can read, in one table. Each names the thing and, where we can, the cure.

Sentences that end in `_HIDDEN` stand where a case is hidden: they name outputs, symbolic shapes and kinds,
and hold no number that came out of hidden inputs.
"""

# Before anything runs
NOT_UTF8 = "The file is not UTF-8 text: byte {position} cannot be read. Save it as UTF-8."
NUL_BYTE = "The file holds a NUL byte on line {line}. Take it out."
TOO_LONG = "The file is {size} bytes long, and {limit} are allowed. Hand in only the function."

# How a call ended
SYNTAX_ERROR = "{kind} on line {line}, column {column}: {text}"
NOT_COMPILED_BARE = "The code could not be compiled."
RAISED = "{kind}: {text}{line}"
RAISED_BARE = "{kind}{line}"
RAISED_HIDDEN = "Your code raised {kind} on this hidden case{line}."
EXITED = "Your code asked Python to exit{line}. Return the value instead."
LINE = " (line {line})"
DIED = "Your code ended the Python process instead of returning a value."
TIME_LIMIT = "Your code ran longer than {seconds:g} s of processor time, or waited longer than {wall:g} s."
MEMORY_LIMIT = "Your code used more than {megabytes} MB of memory."
OUTPUT_LIMIT = "Your code returned more than {returned} MB or printed more than {printed} KB."
SKIPPED = "Not run, because two earlier cases ended by a limit."
OUR_FAULT = "The grader failed here, not your code. Try again; this does not count as an attempt."
UNUSABLE_VALUE = (
    "Your function returned something that cannot be compared: return numbers, text, NumPy arrays, or lists, "
    "tuples and dictionaries of these."
)
ACCEPTED = "Right."
RAISED_AS_EXPECTED = "Right: it raised {kind}."
SHOULD_RAISE = "This case's input should be refused with {wanted}, but your function returned a value."
SHOULD_RAISE_OTHER = "This case's input should be refused with {wanted}, but your function raised {kind}."

# Type and arity
NOTHING = "Your function returned nothing (None) for {output}. Does every way through it end in a return?"
WRONG_TYPE = "{output} should be {wanted}, but it is {got}."
RAGGED = "{output} should be {wanted}, but its rows have different lengths or hold other things than numbers."
WRONG_COUNT = "Your function should return {wanted} values ({names}), but it returned {got}."
WRONG_COUNT_HIDDEN = "Your function should return {wanted} values ({names}), but it returned another number."
WRONG_LENGTH = "{output} should have {wanted} items, but it has {got}."
WRONG_LENGTH_HIDDEN = "{output} has the wrong number of items."
WRONG_KEYS = "{output} should have the keys {wanted}, but it has {got}."
WRONG_KEYS_HIDDEN = "{output} has other keys than it should."

# Shape
WRONG_SHAPE = "{output} should have shape {wanted}, but it has shape {got}.{cause}"
WRONG_SHAPE_HIDDEN = "{output} should have shape {wanted}, but it has another.{cause}"
SHAPE_BARE_HIDDEN = "{output} has the wrong shape.{cause}"
FLATTEN = " It has the right number of elements: is it flattened?"
TRANSPOSED = " It looks transposed."
EXTRA_AXIS = " It has an axis of length 1 too many."
MISSING_AXIS = " It lacks an axis of length 1."

# Kind of number
WRONG_KIND = "{output} should hold {wanted}, but it holds {got}."
KINDS = {"f": "real numbers", "i": "whole numbers (integers)", "b": "True and False"}

# Values
NOT_FINITE = "{output} holds {what} at {count} of {size} places, first at index {index}."
NOT_FINITE_SCALAR = "{output} is {what}."
NOT_FINITE_HIDDEN = "{output} holds {what} where every number should be finite."
WRONG_VALUES = (
    "{output} is wrong at {count} of {size} places, most at index {index}: {got:.6g} instead of {wanted:.6g} "
    "(off by {error:.3g}, allowed is {tolerance:.3g})."
)
WRONG_NUMBER = (
    "{output} is {got:.10g} instead of {wanted:.10g} (off by {error:.3g}, allowed is {tolerance:.3g})."
)
WRONG_EXACT = "{output} is {got} and should be {wanted}."
WRONG_HIDDEN = "{output} holds wrong values."
ALSO_WRONG = " Also wrong: {outputs}."

# Diagnosis
NEGATED = "{output} moved by the right amount in the wrong direction: look at the sign of the update."
NEGATED_VALUE = "{output} has the right size and the wrong sign."
SCALED = "The change of {output} is {factor} times what it should be, on every failing case."
SCALED_VALUE = "{output} is {factor} times what it should be, on every failing case."
UNCHANGED = "{output} came back unchanged: the step is computed but not applied, or not returned."
GRADIENT = "{output} looks like the gradient itself: the parameter after the step is wanted."
STEP = "{output} looks like the step alone: the parameter after the step is wanted."
REARRANGED = "{output} holds the right numbers in another order: look at how it is flattened or transposed."
OVERFLOW = (
    "{output} is not finite on every failing case: somewhere a number grows too large (exp above 709), "
    "or 0 is divided by 0 or put into a logarithm."
)
