package surface

// What an answer may have at most: lists of lists grow fast, whatever their request brings.
const (
	maxElements = 100_000
	maxAnswer   = 16 << 20 // bytes
)

// room reports whether the answer, which has that many bytes so far, has room for one more element of a list. Where it
// has not, the request is refused.
func (e *Env) room(written int) bool {
	if e.made++; e.made <= maxElements && written <= maxAnswer {
		return true
	}
	e.failTooLarge()
	return false
}

func (e *Env) failTooLarge() {
	e.fail(refuse(CodeInvalidFields, "the answer would have more than %d elements of lists, or %d bytes", maxElements, maxAnswer))
}
