package e2e

import "testing"

// What changes while an answer is on its way that does not show it yet is shown all the same.
func TestConsoleRenewsOnceMore(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	b := openTab(t, appearance{})
	b.open(s.url + "/console/scenarios")
	b.sees("RUNNING")
	// The bar's next answer, which says RUNNING, is held back until the test lets it go.
	b.await(`(() => {
		const send = XMLHttpRequest.prototype.send;
		XMLHttpRequest.prototype.send = function (body) {
			if (!window.letGo && this.onload) {
				const onload = this.onload;
				this.onload = (event) => { window.letGo = () => onload.call(this, event); };
			}
			return send.call(this, body);
		};
		htmx.trigger(document.body, "changed");
		document.body.addEventListener("changed", () => { window.heard = true; });
		return true;
	})()`)
	b.await(`window.letGo`)
	s.changeClock(t, "default", fields{"freeze": true})
	b.await(`window.heard`)
	b.await(`(window.letGo(), true)`)
	b.sees("FROZEN")
}
