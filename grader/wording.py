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
COLUMN = " It is a column, with an axis of length 1 too many."
ROW = " It is a row, with an axis of length 1 too many."
EXTRA_AXIS = " It has an axis of length 1 too many."
MISSING_AXIS = " It lacks an axis of length 1."
FLATTENED = " It is flattened: its numbers are right, row by row."
FLATTENED_FORTRAN = " It is flattened column by column (Fortran order)."
LOOKS_FLATTENED = " It looks flattened."
NOT_FLATTENED = " Its numbers are right, but it is not flattened."
NOT_FLATTENED_TRANSPOSED = " It is transposed, and not flattened."
FLATTEN = " It has the right number of elements: is it flattened?"
TRANSPOSED = " It is transposed."
LOOKS_TRANSPOSED = " It has the shape of the transpose, but not its numbers."
AXES_MOVED = " Its axes are in another order."
AXES_MAY_BE_MOVED = " It has the right lengths in another order: are its axes swapped?"
RESHAPED = " Its numbers are in the right order, but in rows of another length: reshape does not transpose."
BROADCAST = " A column met a row: (n, 1) and (n,) broadcast to (n, n)."
TOO_FEW = " One entry too few along axis {axis}{which}."
TOO_MANY = " One entry too many along axis {axis}{which}."
FIRST_MISSING = ": the first is missing"
LAST_MISSING = ": the last is missing"
FIRST_EXTRA = ": the first should not be there"
LAST_EXTRA = ": the last should not be there"

# Kind of number
WRONG_KIND = "{output} should hold {wanted}, but it holds {got}."
KINDS = {"f": "real numbers", "i": "whole numbers (integers)", "b": "True and False"}

# Values
NOT_FINITE = "{output} holds {what} at {count} of {size} places, first at index {index}."
NOT_FINITE_SCALAR = "{output} is {what}."
NOT_FINITE_HIDDEN = "{output} holds {what} where every number should be finite."
WRONG_VALUES = (
    "{output} is wrong at {count} of {size} places, most at index {index}: {got:.6g} instead of {wanted:.6g} "
    "(off by {error:.3g}, allowed is {tolerance:.3g}). The largest relative error is {relative:.3g}."
)
WRONG_NUMBER = (
    "{output} is {got:.10g} instead of {wanted:.10g} (off by {error:.3g}, relatively {relative:.3g}; "
    "allowed is {tolerance:.3g})."
)
WRONG_EXACT = "{output} is {got} and should be {wanted}."
WRONG_HIDDEN = "{output} holds wrong values."
ALSO_WRONG = " Also wrong: {outputs}."

# Diagnosis. `{output}` may be several, so no sentence has it for a subject.
NEGATED = "The change of {output} has the right size and the wrong sign: look at the sign of the update."
NEGATED_VALUE = "The size of {output} is right, and the sign is wrong."
SCALED = "The change of {output} is {factor} times what it should be, on every failing case."
SCALED_VALUE = "What comes back as {output} is {factor} times what it should be, on every failing case."
UNCHANGED = "There is no change in {output}: the step is computed but not applied, or not returned."
GRADIENT = (
    "What comes back as {output} looks like the gradient itself: the parameter after the step is wanted."
)
STEP = "What comes back as {output} looks like the step alone: the parameter after the step is wanted."
REARRANGED = (
    "The numbers of {output} are right and in another order: look at what is flattened column by column or "
    "transposed."
)
SHIFTED = "The rows of {output} are right and shifted by one: look at which of them each number belongs to."
PARTLY = "All of {output} is right but for {block}: look at what is different there."
PERMUTED = "The numbers of {output} are right and in another order."
IN_OUTPUT = "In {output}: {message}"
TWO_AT_ONCE = "Two mistakes at once. {first} Besides: {second}"
WHERE_A_VALUE_IS_WANTED = "Where a value is wanted: {message}"
WHERE_A_VALUE_COMES = "Where a value is wanted and comes back: {message}"
WHERE_IT_RAISES = "Where a value is wanted and an exception comes: {message}"
WHERE_IT_SHOULD_RAISE = "Where the input should be refused: {message}"
OVERFLOW = (
    "There are numbers in {output} that are not finite, on every failing case: somewhere one grows too large "
    "(exp above 709), or 0 is divided by 0 or put into a logarithm."
)
IMPRECISE = (
    "The numbers of {output} are nearly right on every failing case: the formula seems right and digits are "
    "lost. Look for a float16 or float32, a small constant added for safety, or the difference of two nearly "
    "equal numbers."
)
STATE_KEPT = (
    "Each failing case passes when it is the only one: something survives from one call to the next. Look "
    "for module-level variables, default arguments that are changed, and caches."
)
FIRST_WRONG = "On every case {right} {are} right, and {output} is the first that is wrong."
FIRST_IS_WRONG = "Of what is computed, {output} comes first and is wrong already."
LOOK_AT = " Look at {look}."
