package httpapi

import (
	"net/http"
	"time"
)

// Bounds of the console's streams.
const (
	maxConsoleStreams = 32
	// consoleCheck is how often a stream looks whether there is news.
	consoleCheck = 250 * time.Millisecond
)

// news is what changes whenever a page of the console may show something else.
type news struct {
	journal, generation, changes int64
	reload                       time.Time
}

func (a *api) news() news {
	n := news{generation: a.bank.Rules().Generation, changes: a.desk.changes.Load(), reload: a.configuration.Status().Last.At}
	if a.journal != nil {
		n.journal = a.journal.Status().Last
	}
	return n
}

// followConsole streams, as server-sent events, that something changed.
func followConsole(x *exchange) error {
	select {
	case x.api.desk.streams <- struct{}{}:
		defer func() { <-x.api.desk.streams }()
	default:
		return refuse(codeTooManyStreams, "%d browsers follow this node already, as many as may; close one of them", maxConsoleStreams)
	}
	s := &eventStream{x: x, out: http.NewResponseController(x)}
	s.begin()
	defer s.end()
	reported := x.api.news()
	s.report("changed", "", struct{}{}) // since the page was made
	s.followNews(reported)
	return nil
}

// followNews tells of news until the reader leaves or the server shuts down.
func (s *eventStream) followNews(reported news) {
	check, beat := time.NewTicker(consoleCheck), time.NewTicker(heartbeat)
	defer check.Stop()
	defer beat.Stop()
	for !s.gone {
		select {
		case <-check.C:
			if now := s.x.api.news(); now != reported {
				reported = now
				s.report("changed", "", struct{}{})
			}
		case <-beat.C:
			s.send(": still here\n\n")
		case <-s.x.api.config.Stopping:
			return
		case <-s.x.context().Done():
			return
		}
	}
}
