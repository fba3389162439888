package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 1 << 20

// answer is what a server sent. Its body is only good until the next one is read.
type answer struct {
	status int
	body   []byte
	closes bool // the server wants no further request on this connection
}

// stream reads answers off a connection.
type stream struct {
	conn   net.Conn
	buffer []byte
	filled int
}

func (s *stream) reset(conn net.Conn) {
	if s.buffer == nil {
		s.buffer = make([]byte, 16<<10)
	}
	s.conn, s.filled = conn, 0
}

// more reads once, making room where there is none.
func (s *stream) more() error {
	if s.filled == len(s.buffer) {
		if s.filled >= maxAnswer {
			return fmt.Errorf("an answer of more than %d bytes", maxAnswer)
		}
		s.buffer = append(s.buffer, make([]byte, len(s.buffer))...)
	}
	n, err := s.conn.Read(s.buffer[s.filled:])
	s.filled += n
	if n > 0 {
		return nil
	}
	if errors.Is(err, io.EOF) && s.filled > 0 {
		return io.ErrUnexpectedEOF
	}
	return err
}

// answer reads one answer, all of it. Nothing follows it: the next request is not sent before.
func (s *stream) answer() (answer, error) {
	s.filled = 0
	head, err := s.head()
	if err != nil {
		return answer{}, err
	}
	a := answer{}
	if a.status, err = status(s.buffer[:head]); err != nil {
		return a, err
	}
	a.closes = isValue(s.buffer[:head], "connection:", "close")
	if length := value(s.buffer[:head], "content-length:"); length != nil {
		return a, s.counted(&a, head, string(length))
	}
	if isValue(s.buffer[:head], "transfer-encoding:", "chunked") {
		return a, s.chunked(&a, head)
	}
	if a.status == 204 || a.status == 304 {
		return a, nil
	}
	a.closes = true
	return a, s.toEnd(&a, head)
}

// head reads to the end of the header and returns its length.
func (s *stream) head() (int, error) {
	for {
		if end := bytes.Index(s.buffer[:s.filled], []byte("\r\n\r\n")); end >= 0 {
			return end + 4, nil
		}
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

// counted reads a body whose length the header gives.
func (s *stream) counted(a *answer, head int, length string) error {
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > maxAnswer {
		return fmt.Errorf("content-length %q", length)
	}
	for s.filled < head+n {
		if err := s.more(); err != nil {
			return err
		}
	}
	a.body = s.buffer[head : head+n]
	return nil
}

// chunked reads a chunked body; its body is the chunks as they came, which is enough to look into.
func (s *stream) chunked(a *answer, head int) error {
	for {
		if bytes.HasSuffix(s.buffer[head:s.filled], []byte("0\r\n\r\n")) {
			a.body = s.buffer[head:s.filled]
			return nil
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

// toEnd reads a body that ends with the connection.
func (s *stream) toEnd(a *answer, head int) error {
	for {
		if err := s.more(); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			a.body = s.buffer[head:s.filled]
			return nil
		} else if err != nil {
			return err
		}
	}
}

func status(head []byte) (int, error) {
	if len(head) < 12 || !bytes.HasPrefix(head, []byte("HTTP/1.")) {
		return 0, fmt.Errorf("not an HTTP/1 answer: %.60q", head)
	}
	return strconv.Atoi(string(head[9:12]))
}

// value returns the value of a header's field, nil where it is not there. The name is in lower
// case and ends with a colon.
func value(head []byte, name string) []byte {
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\r\n"))
		if len(line) >= len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			return bytes.TrimSpace(line[len(name):])
		}
		head = rest
	}
	return nil
}

func isValue(head []byte, name, want string) bool {
	return bytes.EqualFold(value(head, name), []byte(want))
}
