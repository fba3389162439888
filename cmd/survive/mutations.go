package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	// mutationClients send side by side.
	mutationClients = 8
	// mutationPatience bounds one request.
	mutationPatience = time.Minute
	// mostGrowth bounds, in kB, by how much the bank's memory may grow from the first tenth of a run to its end.
	mostGrowth = 256 << 10
	// maxFaults is how many faults end a run.
	maxFaults = 20
)

// mutations is how a run of mutated requests went.
type mutations struct {
	sent, refused, accepted int
	statuses                map[int]int
	early, late             int64 // memory, kB
	faults                  []string
}

// String says it in a line.
func (m *mutations) String() string {
	var statuses []int
	for status := range m.statuses {
		statuses = append(statuses, status)
	}
	slices.Sort(statuses)
	var by bytes.Buffer
	for _, status := range statuses {
		fmt.Fprintf(&by, " %d×%d", m.statuses[status], status)
	}
	return fmt.Sprintf("%d requests, %d accepted, %d refused (%s); memory %d to %d kB; %d faults",
		m.sent, m.accepted, m.refused, bytes.TrimSpace(by.Bytes()), m.early, m.late, len(m.faults))
}

// mutate sends requests that are nearly right to every path that the bank describes. Each answer must be one that the
// description promises; none may be a failure that no scenario asked for, nothing may panic, and memory stays bounded.
func mutate(ctx context.Context, b *bank, requests int, seed uint64) (*mutations, error) {
	result := &mutations{statuses: map[int]int{}}
	if err := b.start(ctx); err != nil {
		return result, err
	}
	doc, err := describedBy(ctx, b)
	if err != nil {
		return result, err
	}
	known, err := seeded(ctx, b)
	if err != nil {
		return result, err
	}
	result.sendAll(ctx, b, doc, requests, func(part, client uint64) *mutator {
		return newMutator(doc, known, rand.New(rand.NewPCG(seed+part, client)))
	})
	if err := b.stop(); err != nil {
		return result, err
	}
	return result, result.end(ctx, b)
}

// end is what the run found, once the bank has ended.
func (m *mutations) end(ctx context.Context, b *bank) error {
	if at := bytes.Index(b.log.Bytes(), []byte(`"panic"`)); at >= 0 {
		m.faults = append(m.faults, "something panicked: "+lastLine(b.log.Bytes()[:at+200]))
	}
	if len(m.faults) > 0 {
		return errors.New(strings.Join(m.faults, "\n"))
	}
	return ctx.Err()
}

// describedBy fetches what the bank says of itself.
func describedBy(ctx context.Context, b *bank) (*openapi3.T, error) {
	got, err := b.do(ctx, http.MethodGet, "/openapi.json", nil, nil)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(got.body)
	if err != nil {
		return nil, err
	}
	for _, schema := range doc.Components.Schemas {
		forbidOthers(schema)
	}
	return doc, nil
}

// seeded makes some records, whose identifiers mutated requests name.
func seeded(ctx context.Context, b *bank) ([]string, error) {
	known := []string{"01900000-0000-7000-8000-000000000009"}
	for _, password := range []string{"success", "challenge", "marker"} {
		id, _, err := login(ctx, b, "tester", password, nil)
		if err != nil {
			return nil, err
		}
		known = append(known, id.ID)
	}
	return known, nil
}

// sendAll sends the requests in ten parts, after the first and last of which it looks at the bank's memory. Each client of each
// part has a mutator of its own.
func (m *mutations) sendAll(ctx context.Context, b *bank, doc *openapi3.T, requests int, mutatorFor func(part, client uint64) *mutator) {
	for part := range uint64(10) {
		m.send(ctx, b, doc, func(client int) *mutator { return mutatorFor(part, uint64(client)) }, requests/10)
		if part == 0 {
			m.early = b.sample(ctx).memory
		}
		if ctx.Err() != nil || len(m.faults) >= maxFaults {
			break
		}
	}
	m.late = b.sample(ctx).memory
	if m.late-m.early > mostGrowth {
		m.faults = append(m.faults, fmt.Sprintf("memory grew from %d to %d kB", m.early, m.late))
	}
}

// send has some clients, each with a mutator of its own, send their share.
func (m *mutations) send(ctx context.Context, b *bank, doc *openapi3.T, mutatorFor func(client int) *mutator, requests int) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for client := range mutationClients {
		all.Go(func() {
			mutator := mutatorFor(client)
			for range requests / mutationClients {
				if ctx.Err() != nil {
					return
				}
				mutated := mutator.request()
				status, fault := b.try(ctx, doc, mutated)
				mu.Lock()
				m.record(status, fault)
				enough := len(m.faults) >= maxFaults
				mu.Unlock()
				if enough {
					return
				}
			}
		})
	}
	all.Wait()
}

func (m *mutations) record(status int, fault string) {
	if status == 0 && fault == "" {
		return // no client can send it
	}
	m.sent++
	m.statuses[status]++
	if status >= http.StatusBadRequest {
		m.refused++
	} else {
		m.accepted++
	}
	if fault != "" {
		m.faults = append(m.faults, fault)
	}
}

// try sends a request and returns what speaks against its answer; a status of 0 where the request cannot be sent.
func (b *bank) try(ctx context.Context, doc *openapi3.T, m *mutated) (status int, fault string) {
	ctx, cancel := context.WithTimeout(ctx, mutationPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, m.method, b.at(m.path), bytes.NewReader(m.body))
	if err != nil || r.URL.Path == "" {
		return 0, ""
	}
	for _, h := range m.header {
		r.Header.Add(h[0], h[1])
	}
	response, err := b.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return 0, fmt.Sprintf("%s: no answer: %v", m, err)
		}
		return 0, "" // the client's own refusal, such as of a header
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 32<<20))
	if err != nil {
		return response.StatusCode, fmt.Sprintf("%s: the answer breaks off: %v", m, err)
	}
	asked := response.Header.Get("X-Mockbank-Scenario") != ""
	if response.StatusCode >= http.StatusInternalServerError && !asked {
		return response.StatusCode, fmt.Sprintf("%s: %d %s", m, response.StatusCode, body)
	}
	if fault := undescribed(doc, r, response, body); fault != "" {
		return response.StatusCode, fmt.Sprintf("%s: %s", m, fault)
	}
	return response.StatusCode, ""
}

// at is a path at the bank's address.
func (b *bank) at(path string) string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.url + path
}
