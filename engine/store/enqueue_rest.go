package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// The states of jobs that are still to be worked. An index of River's leads to the first of each, by queue and priority.
const (
	upcomingSQLite = `SELECT unixepoch(min(scheduled_at), 'subsec') - unixepoch('now', 'subsec') AS wait FROM river_job
		WHERE state = '%s' AND queue = '%s' AND priority = 1`
	upcomingPostgres = `SELECT extract(epoch FROM min(scheduled_at) - now()) AS wait FROM river_job
		WHERE state = '%s' AND queue = '%s' AND priority = 1`
	runningJobs = `SELECT CASE WHEN EXISTS (SELECT 1 FROM river_job WHERE state = 'running') THEN 0 END`
)

// NextJob returns how long it is until a job of these queues is due, whoever made it: nothing or less where one is due or at work. None is
// found where all are done.
func (s *Store) NextJob(ctx context.Context, queues ...string) (wait time.Duration, found bool, err error) {
	upcoming := upcomingSQLite
	if s.listener != nil {
		upcoming = upcomingPostgres
	}
	looks := []string{runningJobs}
	for _, queue := range queues {
		for _, state := range []string{"available", "scheduled", "retryable"} {
			looks = append(looks, fmt.Sprintf(upcoming, state, queue))
		}
	}
	query := "SELECT min(wait) FROM (SELECT NULL AS wait WHERE 1 = 0 UNION ALL " + strings.Join(looks, " UNION ALL ") + ") AS jobs"
	if s.listener != nil {
		query = strings.Replace(query, "NULL AS wait", "NULL::numeric AS wait", 1)
	}
	var seconds *float64
	if s.listener == nil {
		err = s.readRow(ctx, query, nil, &seconds)
	} else {
		err = s.work.QueryRowContext(ctx, query).Scan(&seconds)
	}
	if err != nil || seconds == nil {
		return 0, false, err
	}
	return time.Duration(*seconds * float64(time.Second)), true, nil
}

// WatchJobs has a function called with the time of each job that this process makes or puts off, once it is committed. It is called on
// the way of requests and must return at once. Only the last one given is called.
func (s *Store) WatchJobs(heard func(due time.Time)) { s.jobs.driver.alarm.watch(heard) }
