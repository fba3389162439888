package scenarios

import (
	"net/textproto"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// declareWebhooks compiles the api's webhooks.
func (a *apiCompiler) declareWebhooks() {
	hosts, bad := engine.ParseWebhookHosts(a.server.WebhookHosts)
	if bad != "" {
		return // which is reported with the bank's own
	}
	for i := range a.written.Webhooks {
		written := &a.written.Webhooks[i]
		written.WebhookSettings.Position = written.Position
		a.nameWebhook(&written.WebhookSettings)
		if !surface.HasExpression(written.URL) {
			a.checkWebhookURL(&written.WebhookSettings, hosts)
		}
		a.checkSigning(written)
		webhook := a.webhook(&written.WebhookSettings)
		a.owns("webhook " + written.Name)
		webhook.API, webhook.Sign = a.api.Name, written.Sign
		if written.SignHeader != "" {
			webhook.SignHeader = textproto.CanonicalMIMEHeaderKey(written.SignHeader)
		}
		a.webhooks = append(a.webhooks, webhook)
		a.api.Webhooks = append(a.api.Webhooks, a.webhookTexts(written))
	}
}

// webhookTexts compiles what a webhook says, and where to.
func (a *apiCompiler) webhookTexts(written *APIWebhook) *surface.Webhook {
	scope := a.root.Webhooks()
	out := &surface.Webhook{Name: written.Name, URL: surface.NewLiteral(written.URL), When: a.condition(written.When)}
	if node := written.child("url"); node != nil && surface.HasExpression(written.URL) {
		out.URL = a.scalarValue(scope, node)
	}
	if written.Body != nil {
		out.Body = a.value(scope, written.Body.node)
	}
	return out
}

// checkSigning reports what says nothing about the way in which a webhook signs.
func (a *apiCompiler) checkSigning(written *APIWebhook) {
	if len(written.Secret) > 0 && written.Sign != "" && written.Sign != engine.SignStandard {
		a.report.add(written.key("secret"), CodeConflict, "take one of the two out", "only `sign: standard` uses a secret")
	}
	switch {
	case written.SignHeader == "":
	case written.Sign != engine.SignJWT:
		a.report.add(written.key("sign_header"), CodeConflict, "add `sign: jwt_es256`, or take it out",
			"only a token has a header of its own")
	case !headerForm.MatchString(written.SignHeader) || ownHeaders[textproto.CanonicalMIMEHeaderKey(written.SignHeader)]:
		a.report.add(written.value("sign_header"), CodeBadHeader, "use letters, digits and dashes", "%q is no name of a header",
			written.SignHeader)
	}
	if written.Body != nil && (written.Set != nil || len(written.Remove) > 0) {
		a.report.add(written.key("body"), CodeConflict, "write what is to be sent into `body` alone",
			"the `body` replaces all that is told")
	}
}
