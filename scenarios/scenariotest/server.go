package scenariotest

import (
	"context"
	"errors"
)

// Server is a running mockbank that tests are played against.
type Server struct{ URL string }

// NewServer x.
func NewServer(url, token string) (*Server, error) { return &Server{URL: url}, nil }

func (s *Server) open(context.Context) (stage, error) { return nil, errors.New("not yet") }
