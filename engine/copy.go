package engine

import (
	"maps"
	"slices"
	"time"
)

// Copy returns a process that shares nothing with p that could be changed.
func (p Process) Copy() Process {
	p.Captures, p.EndsAt = maps.Clone(p.Captures), copyTime(p.EndsAt)
	p.SessionBegan, p.MovesAt, p.RescanAt = copyTime(p.SessionBegan), copyTime(p.MovesAt), copyTime(p.RescanAt)
	if p.Await != nil {
		await := *p.Await
		await.Resumed, await.FailedAt = slices.Clone(await.Resumed), copyTime(await.FailedAt)
		p.Await = &await
	}
	return p
}

// Copy returns a connection that shares nothing with c that could be changed.
func (c Connection) Copy() Connection {
	c.Captures, c.Warnings = maps.Clone(c.Captures), slices.Clone(c.Warnings)
	c.EndsAt, c.FinishedAt, c.DueAt = copyTime(c.EndsAt), copyTime(c.FinishedAt), copyTime(c.DueAt)
	c.StepsAt = copyTime(c.StepsAt)
	c.HoldsUntil = copyTime(c.HoldsUntil)
	if c.Queued != nil {
		queued := *c.Queued
		c.Queued = &queued
	}
	if c.Error != nil {
		failure := *c.Error
		c.Error = &failure
	}
	return c
}

func copyTime(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := *t
	return &at
}
