package scenarios

import (
	"github.com/mockbank/mockbank/engine"
)

// emptyTexts lists the texts that are written as "".
func (c *Challenge) emptyTexts() map[string]string {
	var empty map[string]string
	for key, text := range map[string]Wording{"message": c.Message, "answer_field_label": c.AnswerFieldLabel} {
		if text.Text != "" || !c.has(key) || c.null(key) {
			continue
		}
		if empty == nil {
			empty = make(map[string]string)
		}
		empty[key] = `""`
	}
	return empty
}

// picture compiles what the challenge's picture or code carries.
func (f *flowCompiler) picture(asked *Challenge, challenge *engine.Challenge) {
	switch challenge.Kind {
	case engine.ChallengePhoto, engine.ChallengeQR, engine.ChallengeFlicker:
	default:
		if asked.has("kind") && asked.Kind == "" {
			return // no kind that there is: reported
		}
		for _, key := range []string{"shows", "changes_every"} {
			if asked.has(key) {
				f.report.add(asked.key(key), CodeNoPicture, "add `kind: PHOTO`, `kind: QR` or `kind: FLICKER_CODE`, or take it out",
					"a challenge of the kind %s has no picture that %q could be about", challenge.Kind, key)
			}
		}
		return
	}
	challenge.Shows = f.text(asked.Position, "shows", asked.Shows)
	if asked.ChangesEvery != nil {
		challenge.ChangesEvery = f.duration(asked.Position, "changes_every", asked.ChangesEvery)
		if challenge.ChangesEvery.IsZero() {
			f.report.add(asked.value("changes_every"), CodeBadDuration, "take it out where the picture stays",
				"changes_every must be at least 1ms")
		}
	}
	f.checkShows(asked, challenge)
}

// checkShows reports a text that the picture cannot carry. One that a login completes is checked then.
func (f *flowCompiler) checkShows(asked *Challenge, challenge *engine.Challenge) {
	switch {
	case asked.Shows == "" && (asked.Image != nil || asked.Images != nil):
	case asked.Shows == "":
		f.report.add(asked.key("kind"), CodeEmptyPicture, "say what it carries, such as `shows: \"123456\"`",
			"a challenge of the kind %s shows nothing without `shows`", challenge.Kind)
	case len(asked.Shows.Names()) == 0:
		if err := challenge.CheckShows(asked.Shows.Expand(nil)); err != nil {
			f.report.add(asked.value("shows"), CodeBadPicture, "write what fits, such as `shows: \"123456\"`, and the rest into `message`",
				"%v", err)
		}
	}
}

// await returns the step in which a point of an import opens the process again.
func (f *flowCompiler) await(written *Point) *int {
	if written.Await == "" || f.unbound {
		return nil
	}
	index := f.goTo(written.Await, written.value("await"))
	if !f.leadsToStep(written.Await) {
		return nil // reported
	}
	if status := f.steps[index].Status; status.Ended() {
		f.report.add(written.value("await"), CodeAwaitUnfit,
			"name a step that asks the user for something, such as CHALLENGE_RESPONSE_REQUIRED",
			"the import cannot wait for the step %q, which is %s already", written.Await, status)
	}
	if written.Status != "" {
		f.report.add(written.key("await"), CodeConflict, "end the import at a point of its own",
			"a point that ends the import cannot wait for the user as well")
	}
	return &index
}
