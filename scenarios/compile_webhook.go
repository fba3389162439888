package scenarios

import (
	"encoding/base64"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Bounds of a webhook's settings.
const (
	longestWebhookTimeout = 30 * time.Second
	longestWebhookDelay   = time.Hour
	mostWebhookAttempts   = 50
	leastSecret           = 24
	longestSecret         = 64
	mostSecrets           = 5
)

var webhookCodes = []CodeInfo{
	{CodeBadWebhook, SeverityError, "a webhook cannot be used as it is written",
		"A webhook needs an http or https address whose host `server.webhook_hosts` allows (loopback, where that is not written), and a " +
			"secret, where it has one, as the Standard Webhooks specification writes it.",
		"webhooks: [{name: app, url: \"http://app.test/hooks\"}]\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n",
		"server: {webhook_hosts: [app.test]}\nwebhooks: [{name: app, url: \"http://app.test/hooks\"}]\n" +
			"scenarios: [{name: all, authentication: AUTHENTICATED}]\n"},
}

// webhooks compiles the webhooks of all files.
func (c *compiler) webhooks(l *loader, of []engine.Webhook) []engine.Webhook {
	hosts, bad := engine.ParseWebhookHosts(c.server.WebhookHosts)
	if bad != "" {
		c.badServer(c.server, "webhook_hosts", "write hosts such as app.test or *.app.test, addresses, or networks such as 10.0.0.0/8",
			"one of them is no host")
		return nil
	}
	var all []engine.Webhook
	for _, unit := range l.units {
		for i := range unit.document.Webhooks {
			written := &unit.document.Webhooks[i]
			written.WebhookSettings.Position = written.Position
			c.nameWebhook(&written.WebhookSettings)
			c.checkWebhookURL(&written.WebhookSettings, hosts)
			webhook := c.webhook(&written.WebhookSettings)
			webhook.When = c.condition(&written.When, webhookPosition(written))
			all = append(all, webhook)
		}
	}
	return append(all, of...)
}

// nameWebhook notes a webhook's name, which is unique over the bank's and those of apis.
func (c *compiler) nameWebhook(written *WebhookSettings) {
	if before, twice := c.webhookNames[written.Name]; twice && written.Name != "" {
		c.duplicate(written.value("name"), "webhook", written.Name, before.value("name"))
	}
	c.webhookNames[written.Name] = written.Position
	if written.Name != "" && (len(written.Name) > 200 || !nameForm.MatchString(written.Name)) {
		c.report.add(written.value("name"), CodeBadName, "use one line of at most 200 characters", "%q is no name", written.Name)
	}
}

func (c *compiler) webhook(written *WebhookSettings) engine.Webhook {
	c.checkWebhookBounds(written)
	fillDefaults(reflect.ValueOf(written).Elem())
	webhook := engine.Webhook{
		Name: written.Name, Source: written.source("name"), URL: written.URL, Events: written.Events,
		Secrets: c.webhookSecrets(written), Attempts: written.Attempts, Pause: written.Pause, Timeout: written.Timeout,
	}
	responses{report: c.report, text: c.webhookText}.members(written.Set)
	webhook.Patch = patchOf(c.report, written.Position, written.Set, written.Remove)
	for i := range written.Faults {
		webhook.Faults = append(webhook.Faults, c.webhookFault(&written.Faults[i]))
	}
	return webhook
}

func (c *compiler) webhookFault(written *WebhookFault) engine.WebhookFault {
	fillDefaults(reflect.ValueOf(written).Elem())
	if written.Delay < 0 || written.Delay > longestWebhookDelay {
		c.report.add(written.value("delay"), CodeBadWebhook, "", "a delivery can wait for %s at most",
			engine.FormatDuration(longestWebhookDelay))
	}
	fault := engine.WebhookFault{Kind: written.Fault, Events: written.Events, Delay: written.Delay}
	if written.Probability != nil {
		probability := float64(*written.Probability)
		fault.Probability = &probability
	}
	return fault
}

// checkWebhookURL reports an address that no delivery could go to, without quoting it: it may bear a token.
func (c *compiler) checkWebhookURL(written *WebhookSettings, hosts engine.WebhookHosts) {
	if written.URL == "" {
		return // reported by the decoder
	}
	parsed, err := url.Parse(written.URL)
	at := written.value("url")
	switch {
	case err != nil || !goodURL(written.URL) || parsed.Hostname() == "":
		c.report.add(at, CodeBadWebhook, "write it with http:// or https://", "the webhook's url is no web address")
	case parsed.User != nil:
		c.report.add(at, CodeBadWebhook, "sign the deliveries with a `secret`", "the webhook's url must not hold a user or a password")
	case !hosts.AllowsURL(parsed):
		c.report.add(at, CodeBadWebhook, "add the host to `server.webhook_hosts`, which takes a restart",
			"webhooks may not go to the host %q", parsed.Hostname())
	}
}

func (c *compiler) checkWebhookBounds(written *WebhookSettings) {
	if written.has("attempts") && written.Attempts < 1 || written.Attempts > mostWebhookAttempts {
		c.report.add(written.value("attempts"), CodeBadWebhook, "", "a delivery can be tried 1 to %d times", mostWebhookAttempts)
	}
	if written.has("timeout") && written.Timeout <= 0 || written.Timeout > longestWebhookTimeout {
		c.report.add(written.value("timeout"), CodeBadWebhook, "", "an attempt can take %s at most, and must be allowed some time",
			engine.FormatDuration(longestWebhookTimeout))
	}
	if written.has("pause") && written.Pause <= 0 {
		c.report.add(written.value("pause"), CodeBadWebhook, "", "there must be a pause between two attempts")
	}
}

// webhookSecrets reads a webhook's secrets.
func (c *compiler) webhookSecrets(written *WebhookSettings) []engine.Secret {
	if len(written.Secret) > mostSecrets {
		c.report.add(written.value("secret"), CodeBadWebhook, "two are enough while one takes another's place",
			"a webhook has %d secrets at most", mostSecrets)
	}
	var secrets []engine.Secret
	for _, one := range written.Secret {
		if secret := c.webhookSecret(written, one); secret != nil {
			secrets = append(secrets, secret)
		}
	}
	return secrets
}

// webhookSecret reads a secret as the Standard Webhooks specification writes it.
func (c *compiler) webhookSecret(written *WebhookSettings, as string) engine.Secret {
	text := c.outside(written.value("secret"), as)
	if strings.Contains(text, "${") {
		return nil // which was reported
	}
	if text != as {
		c.secrets(text) // another secret is another configuration
	}
	encoded, marked := strings.CutPrefix(text, "whsec_")
	secret, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !marked || len(secret) < leastSecret || len(secret) > longestSecret {
		c.report.add(written.value("secret"), CodeBadWebhook, "make one with: echo whsec_$(openssl rand -base64 32)",
			"the secret must be whsec_ and %d to %d bytes in base64", leastSecret, longestSecret)
	}
	return secret
}

// webhookText reports a placeholder that nothing gives a webhook: no scenario's named group does.
func (c *compiler) webhookText(in Position, key string, text engine.Text) engine.Text {
	for _, name := range names(text) {
		if c.captures(name) {
			continue
		}
		c.report.add(in.value(key), CodeUnknownPlaceholder, didYouMean(name, engine.ValueNames()), "a webhook knows no ${%s}", name)
	}
	return text
}

// captures reports whether some scenario has a named group of this name.
func (c *compiler) captures(name string) bool {
	for _, one := range c.cases {
		if slices.Contains(one.groups, name) {
			return true
		}
	}
	return false
}
