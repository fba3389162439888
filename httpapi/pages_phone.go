package httpapi

import (
	"net/http"
	"time"
)

// Bounds of the streams that phones follow.
const (
	maxPhoneStreams = 32
	// phoneCheck is how often a stream looks whether there is news for its phone.
	phoneCheck = 500 * time.Millisecond
	// phonePatience is how long a stream lasts. A phone that still looks opens the next by itself.
	phonePatience = 10 * time.Minute
)

// phoneState is the event that says what a phone should show by now: the page with this mark.
type phoneState struct {
	Mark string `json:"mark"`
}

// followPhone streams, as server-sent events, the mark of what the phone shows, now and whenever it
// changes. Following counts as no poll, and changes nothing.
func followPhone(x *exchange) error {
	id, err := x.identifier(processNoun)
	if err != nil {
		return err
	}
	mark, over, err := x.api.pages.PhoneMark(x.context(), id)
	if err != nil {
		return err
	}
	select {
	case x.api.phoneStreams <- struct{}{}:
		defer func() { <-x.api.phoneStreams }()
	default:
		return refuse(codeTooManyStreams, "%d phones follow this node already, as many as may; close one of them", maxPhoneStreams)
	}
	s := &eventStream{x: x, out: http.NewResponseController(x)}
	s.begin()
	defer s.end()
	s.report("state", "", &phoneState{mark})
	if !over {
		s.followPhone(id, mark)
	}
	return nil
}

// followPhone tells of news until the process is over or gone, the reader leaves, the stream has lasted
// long enough, or the server shuts down.
func (s *eventStream) followPhone(id, reported string) {
	check, beat, enough := time.NewTicker(phoneCheck), time.NewTicker(heartbeat), time.NewTimer(phonePatience)
	defer check.Stop()
	defer beat.Stop()
	defer enough.Stop()
	for !s.gone {
		select {
		case <-check.C:
			mark, over, err := s.x.api.pages.PhoneMark(s.x.context(), id)
			if err != nil {
				s.report("state", "", &phoneState{}) // the page itself says why
				return
			}
			if mark != reported {
				reported = mark
				s.report("state", "", &phoneState{mark})
			}
			if over {
				return
			}
		case <-beat.C:
			s.send(": still here\n\n")
		case <-enough.C:
			return
		case <-s.x.api.config.Stopping:
			return
		case <-s.x.context().Done():
			return
		}
	}
}
