package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mockbank/mockbank/httpapi/journal"
)

// Bounds of the journal's streams.
const (
	maxStreams = 32
	// heartbeat is how often a quiet stream shows that it lives.
	heartbeat = 15 * time.Second
	// streamPatience is how long a reader may take to take what was sent.
	streamPatience = 10 * time.Second
	// streamRetry is how long a reader whose stream broke off should wait before the next.
	streamRetry = time.Second
)

// followJournal streams exchanges as they come, as server-sent events. A reader that comes back with
// Last-Event-ID misses none that is still kept, and is told how many are not.
func followJournal(x *exchange) error {
	if err := x.needJournal(); err != nil {
		return err
	}
	page, format, err := x.journalPage()
	if err != nil {
		return err
	}
	since, otherNode, err := x.lastEvent(page.Since)
	if err != nil {
		return err
	}
	backlog, status, stream := x.api.journal.Follow(page.Filter, since)
	if stream == nil {
		return refuse(codeTooManyStreams, "%d follow this node's journal already, as many as may; end one of them", maxStreams)
	}
	defer x.api.journal.Unfollow(stream)
	s := &eventStream{x: x, out: http.NewResponseController(x), forPeople: format == "text"}
	s.begin()
	defer s.end()
	if otherNode {
		s.report("gap", "", &gapBody{Reason: "another_node"})
	} else if status.Missed > 0 {
		s.report("gap", "", &gapBody{Reason: "evicted", Missed: status.Missed})
	}
	for _, e := range backlog {
		s.exchange(e)
	}
	s.follow(stream)
	return nil
}

// gapBody says why exchanges may be missing before the next one.
type gapBody struct {
	Reason string `json:"reason"`
	Missed int64  `json:"missed"`
}

// lastEvent returns the ID after which the stream begins: that of the event that the reader saw last,
// else the query's. One that was seen on another node says nothing about this one's exchanges.
func (x *exchange) lastEvent(since int64) (id int64, otherNode bool, err error) {
	last, err := x.single("Last-Event-Id")
	if last == "" {
		return since, false, err
	}
	position := strings.LastIndexByte(last, '/')
	id, err = strconv.ParseInt(last[position+1:], 10, 64)
	if err != nil || id < 0 || id > maxWhole {
		return 0, false, refuse(codeInvalidHeader, "Last-Event-ID must be the id of an event of this stream")
	}
	if position >= 0 && last[:position] != x.api.config.Node {
		return since, true, nil
	}
	return max(id, 1), false, nil
}

// eventStream writes server-sent events. After a reader went away writing does nothing.
type eventStream struct {
	x    *exchange
	out  *http.ResponseController
	text bytes.Buffer
	gone bool
	// forPeople says that exchanges are lines of text.
	forPeople bool
}

func (s *eventStream) begin() {
	header := s.x.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Accel-Buffering", "no") // a proxy must not hold events back
	s.x.WriteHeader(http.StatusOK)
	s.send(fmt.Sprintf("retry: %d\n\n", streamRetry.Milliseconds()))
}

// end leaves the connection as a stream found it, for the requests that follow on it.
func (s *eventStream) end() {
	_ = s.out.SetWriteDeadline(time.Time{}) // a server without deadlines has none to unset
}

// follow tells of new exchanges until the reader leaves, falls behind, or the server shuts down.
func (s *eventStream) follow(stream *journal.Stream) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for !s.gone {
		select {
		case e, ok := <-stream.Entries():
			if !ok {
				s.report("dropped", "", &gapBody{Reason: "too_slow"})
				return
			}
			s.exchange(e)
		case <-beat.C:
			s.send(": still here\n\n")
		case <-s.x.api.config.Stopping:
			s.report("end", "", &gapBody{Reason: "shutdown"})
			return
		case <-s.x.context().Done():
			return
		}
	}
}

func (s *eventStream) exchange(e *journal.Entry) {
	id := fmt.Sprintf("%s/%d", s.x.api.config.Node, e.ID)
	if s.forPeople {
		s.write("exchange", id, journalLine(e))
		return
	}
	body := s.x.api.exchangeBody(e)
	s.report("exchange", id, &body)
}

// report sends an event.
func (s *eventStream) report(event, id string, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err) // every event is a struct of texts, numbers and lists
	}
	s.write(event, id, string(data))
}

// write sends an event whose data are one line.
func (s *eventStream) write(event, id, data string) {
	s.text.Reset()
	if id != "" {
		fmt.Fprintf(&s.text, "id: %s\n", id)
	}
	fmt.Fprintf(&s.text, "event: %s\ndata: %s\n\n", event, data)
	s.send(s.text.String())
}

// send writes at once. A reader that takes nothing for too long is given up.
func (s *eventStream) send(text string) {
	if s.gone {
		return
	}
	_ = s.out.SetWriteDeadline(time.Now().Add(streamPatience)) // a server without deadlines has none to set
	if _, err := s.x.Write([]byte(text)); err != nil {
		s.gone = true
		return
	}
	s.gone = s.out.Flush() != nil
}
