package contender

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"bufio"
)

// probePatience bounds one question.
const probePatience = 3 * time.Second

// Probe asks single questions over a connection that it keeps open where the server lets it.
type Probe struct {
	conn   net.Conn
	reader *bufio.Reader
}

// Ask sends a request and returns the answer's status and body.
func (p *Probe) Ask(ctx context.Context, address string, request []byte) (status int, body string, err error) {
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if p.conn == nil {
		if p.conn, err = new(net.Dialer).DialContext(ctx, "tcp", address); err != nil {
			p.conn = nil
			return 0, "", err
		}
		p.reader = bufio.NewReader(p.conn)
	}
	if err = p.conn.SetDeadline(time.Now().Add(probePatience)); err != nil {
		return 0, "", err
	}
	if _, err = p.conn.Write(request); err != nil {
		return 0, "", err
	}
	answer, err := http.ReadResponse(p.reader, nil)
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close() // nothing is left to read
	if answer.Close {
		p.Close()
	}
	return answer.StatusCode, string(text), err
}

// Close closes the connection.
func (p *Probe) Close() {
	if p.conn != nil {
		_ = p.conn.Close() // whatever becomes of it, it is not used again
		p.conn = nil
	}
}
