package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// process is an answer to a login, with the fields that mockbank's has.
type process struct {
	ID          string    `json:"bank_authentication_process_id"`
	BankSlug    string    `json:"bank_slug"`
	Status      string    `json:"status"`
	Challenge   *struct{} `json:"challenge"`
	RedirectURL *string   `json:"redirect_url"`
	Error       *struct{} `json:"error"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	ExpiresAt   *string   `json:"expires_at"`
}

// connection is an answer to a question for a connection.
type connection struct {
	ID       string    `json:"id"`
	BankSlug string    `json:"bank_slug"`
	Process  string    `json:"bank_authentication_process_id"`
	Status   string    `json:"status"`
	Progress int       `json:"import_progress"`
	Message  *string   `json:"import_message"`
	Error    *struct{} `json:"error"`
	Warnings []string  `json:"warnings"`
	Waiting  *string   `json:"authentication_status"`
	Created  time.Time `json:"created_at"`
	Updated  time.Time `json:"updated_at"`
	Finished *string   `json:"finished_at"`
}

type credentials struct{ username, password string }

// bank is a map.
type bank struct {
	statuses    map[credentials]string
	connections map[string]connection
	insert      func(process, credentials) error
	find        func(id string) (process, error)
}

func newBank(passwords int) *bank {
	b := &bank{statuses: map[credentials]string{}, connections: map[string]connection{}}
	for i := range passwords {
		b.statuses[credentials{"tester", fmt.Sprintf("pw-%06d", i)}] = "AUTHENTICATED"
		id := fmt.Sprintf("00000000-0000-7000-8000-%012d", i)
		b.connections[id] = connection{ID: id, BankSlug: "MockBank", Status: "IN_PROGRESS", Created: time.Now(), Updated: time.Now()}
	}
	return b
}

func (b *bank) authenticate(w http.ResponseWriter, r *http.Request) int {
	var login struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	if err := json.NewDecoder(r.Body).Decode(&login); err != nil {
		return reply(w, http.StatusBadRequest, err.Error())
	}
	given := credentials{login.Username, login.Password}
	status, found := b.statuses[given]
	if !found {
		status = "AUTHENTICATION_FAILED"
	}
	now := time.Now().UTC()
	p := process{ID: uuid.Must(uuid.NewV7()).String(), BankSlug: "MockBank", Status: status, CreatedAt: now, UpdatedAt: now}
	if err := b.insert(p, given); err != nil {
		return reply(w, http.StatusInternalServerError, err.Error())
	}
	return reply(w, http.StatusOK, p)
}

func (b *bank) connection(w http.ResponseWriter, id string) int {
	if b.find != nil {
		p, err := b.find(id)
		if err != nil {
			return reply(w, http.StatusNotFound, err.Error())
		}
		return reply(w, http.StatusOK, p)
	}
	found, ok := b.connections[id]
	if !ok {
		return reply(w, http.StatusNotFound, "no such connection")
	}
	found.Progress = int(time.Since(found.Created)/time.Minute) % 100
	return reply(w, http.StatusOK, found)
}
