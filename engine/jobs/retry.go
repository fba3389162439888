package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Pauses before a job that failed is tried again: doubled from the first to the longest.
const (
	firstPause   = time.Second
	longestPause = 10 * time.Minute
)

// retryPolicy is a river.ClientRetryPolicy with pauses that stop growing.
type retryPolicy struct{ now func() time.Time }

// NextRetry implements river.ClientRetryPolicy.
func (p retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return p.now().UTC().Add(pauseAfter(len(job.Errors)))
}

// pauseAfter returns the pause after a job's failure, when it has failed so often before.
func pauseAfter(failures int) time.Duration {
	return min(longestPause, firstPause<<min(failures, 16))
}

// errorHandler logs failures of jobs. River keeps a panic from ending the process.
type errorHandler struct{ logger *slog.Logger }

// HandleError implements river.ErrorHandler.
func (h *errorHandler) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	h.logger.ErrorContext(ctx, "background job failed", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "error", err)
	return nil
}

// HandlePanic implements river.ErrorHandler.
func (h *errorHandler) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	h.logger.ErrorContext(ctx, "background job panicked", "kind", job.Kind, "job", job.ID, "attempt", job.Attempt,
		"panic", value, "trace", trace)
	return nil
}
