package app

import (
	"context"
	"fmt"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/httpapi"
)

// startCourier prepares what sends webhooks, which the bank needs before it runs.
func (a *App) startCourier(context.Context) error {
	hosts, bad := engine.ParseWebhookHosts(a.server.WebhookHosts)
	if bad != "" {
		return fmt.Errorf("server.webhook_hosts: %q is no host", bad)
	}
	a.work = newWorkMetrics(a.registry)
	a.courier = jobs.NewCourier(jobs.CourierConfig{Hosts: hosts, Holder: a.id, Metrics: a.work,
		Now: a.clock.Now, Concluded: newDeliveryLog(a.logger).concluded, Key: a.signing})
	a.stops = append(a.stops, func(context.Context) error {
		a.courier.Close()
		return nil
	})
	return nil
}

func (a *App) startJobs(ctx context.Context) error {
	working, err := jobs.Start(ctx, a.store, jobs.BankOf(a.bank), jobs.Config{
		Logger: structured(a.logger, "jobs"), Metrics: a.work, Courier: a.courier, Node: a.id, Now: a.clock.Now,
		Retention: a.server.Retention, RequestRetention: a.server.RequestRetention,
		SessionIdle: a.server.SessionIdle, CleanUpInterval: a.server.CleanUpEvery,
	})
	if err != nil {
		return err
	}
	a.stops = append(a.stops, working.Stop)
	return nil
}

// warnOfTheFuture says where the database holds what has not happened by the machine's clock, which was set back.
func (a *App) warnOfTheFuture(ctx context.Context) error {
	newest, err := a.store.NewestRow(ctx)
	if behind := newest.Sub(a.clock.Now()); err == nil && behind > clockBehind {
		a.logger.Warn().Str("behind", behind.Round(time.Millisecond).String()).Time("newest", newest).
			Msg("the machine's clock is behind the newest record: what is under way stands until it comes there; " +
				`set the clock, or turn the session's: POST /admin/v1/sessions/default/clock {"advance": "…"}`)
	}
	return err
}

// clockBehind is from where on a clock counts as set back.
const clockBehind = time.Second

// startPresence tells other nodes of this one.
func (a *App) startPresence(version string) func(context.Context) error {
	return func(ctx context.Context) (err error) {
		a.presence, err = jobs.StartPresence(ctx, a.store, jobs.PresenceConfig{
			Node: store.Node{ID: a.id, Name: nodeName(), Version: version}, Logger: structured(a.logger, "nodes"), Clock: a.clock,
			Rules: func() (string, int64) {
				rules := a.bank.Rules()
				return rules.Hash, rules.Generation
			},
		})
		if err != nil {
			return fmt.Errorf("notify other nodes of this one: %w", err)
		}
		a.stops = append(a.stops, func(ctx context.Context) error {
			if err := a.presence.Stop(ctx); err != nil { // the others will notice by themselves
				a.logger.Warn().Err(err).Msg("cannot notify other nodes that this one stops")
			}
			return nil
		})
		return a.registry.Register(newHouseMetrics(a.store, a.presence.Nodes, a.bank.Sessions().Max()))
	}
}

// nodes are the nodes on the database, for the admin API.
func (a *App) nodes() []httpapi.NodeStatus {
	var all []httpapi.NodeStatus
	for _, n := range a.presence.Nodes() {
		all = append(all, httpapi.NodeStatus{
			Name: n.Name, Version: n.Version, Hash: n.RulesHash, Generation: n.Generation,
			RulesSince: n.RulesSince, StartedAt: n.StartedAt, SeenAt: n.SeenAt, Behind: n.Behind, ClockAhead: n.ClockAhead,
		})
	}
	return all
}
