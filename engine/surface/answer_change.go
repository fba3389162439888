package surface

import (
	"context"
	"slices"
	"strconv"
)

// changed returns the body with what the answer takes away of it, and what it lays over it.
func (a *Answer) changed(e *Env) any {
	body := &Object{}
	if a.Body != nil {
		value := a.Body.Eval(e)
		object, is := value.(*Object)
		if !is {
			return value // nothing can be laid over it
		}
		body = object
	}
	for _, name := range a.Remove {
		body = body.without(name)
	}
	if a.Set == nil {
		return body
	}
	over, _ := a.Set.Eval(e).(*Object)
	return body.under(over)
}

// without returns the object without a member, by its dotted name.
func (o *Object) without(name string) *Object {
	head, rest, inside := cutDot(name)
	i := slices.Index(o.Names, head)
	if i < 0 {
		return o
	}
	out := &Object{Names: slices.Clone(o.Names), Values: slices.Clone(o.Values)}
	if !inside {
		out.Names, out.Values = slices.Delete(out.Names, i, i+1), slices.Delete(out.Values, i, i+1)
		return out
	}
	if inner, is := out.Values[i].(*Object); is {
		out.Values[i] = inner.without(rest)
	}
	return out
}

// under returns the object with another one laid over it, key by key; null is sent as null.
func (o *Object) under(over *Object) *Object {
	if over == nil {
		return o
	}
	out := &Object{Names: slices.Clone(o.Names), Values: slices.Clone(o.Values)}
	for i, name := range over.Names {
		at := slices.Index(out.Names, name)
		if at < 0 {
			out.add(name, over.Values[i])
			continue
		}
		before, was := out.Values[at].(*Object)
		after, is := over.Values[i].(*Object)
		if was && is {
			out.Values[at] = before.under(after)
			continue
		}
		out.Values[at] = over.Values[i]
	}
	return out
}

// refuseByAnswer gives the first answer whose condition holds of those that are chosen before anything is done.
func (p *play) refuseByAnswer(ctx context.Context) (refused bool, err error) {
	for i, answer := range p.selected.Answers {
		if !answer.Refuses || !answer.When.holds(&p.Env) || p.err != nil {
			if p.err != nil {
				return false, p.err
			}
			continue
		}
		if answer.RateLimit != nil {
			exceeded, err := p.count(ctx, answer.RateLimit, " answer "+strconv.Itoa(i))
			if err != nil {
				return false, err
			}
			if !exceeded {
				continue
			}
		}
		return true, p.answerRefused(answer)
	}
	return false, nil
}

// answerRefused makes an answer that carries nothing out the response.
func (p *play) answerRefused(answer *Answer) error {
	status := statusOK
	if answer.RateLimit != nil {
		status = statusTooManyRequests
	}
	if r := p.host.Request; r != nil {
		r.Refused = true // a repeat with its key may try again
	}
	p.subject.once = nil // it is not used up
	if answer.Body == nil && answer.Set == nil && (answer.Status == 0 && answer.RateLimit != nil) {
		p.refuse(refuse(CodeTooManyRequests, "the bank takes no more requests of this kind for now; Retry-After says when it does"))
	} else {
		p.write(answer, status)
	}
	if answer.RateLimit != nil {
		p.response.Header = append(p.response.Header, HeaderField{"Retry-After", wholeSeconds(p.limit.Reset)})
	}
	p.response.Shape, p.response.Name = answer.Response, p.endpoint.Name()
	return p.err
}
