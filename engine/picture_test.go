package engine

import (
	"strings"
	"testing"
	"time"
)

// scanning is a flow that asks for what a picture of the kind shows, and takes 123456 for right.
func scanning(t *testing.T, asked Challenge) *Flow {
	t.Helper()
	first := step("scan", ChallengeResponseRequired, on(EventChallengeResponse, "123456", "yes"))
	first.Challenge = &asked
	return frozen(t, first, yes())
}

func TestPicturesChangeAtTheirMoments(t *testing.T) {
	t.Parallel()
	for _, kind := range []ChallengeKind{ChallengePhoto, ChallengeQR, ChallengeFlicker} {
		f := scanning(t, Challenge{Kind: kind, Shows: "123456", ChangesEvery: Fixed(2 * time.Second)})
		p := Process{EnteredAt: epoch, UpdatedAt: epoch}
		for at, want := range map[time.Duration]string{
			-time.Second: "123456 1", 0: "123456 1", 1999 * time.Millisecond: "123456 1", 2 * time.Second: "123456 2",
			3999 * time.Millisecond: "123456 2", 4 * time.Second: "123456 3", time.Hour: "123456 1801",
		} {
			if got := f.State(p, epoch.Add(at)).Challenge.Code(); got != want {
				t.Errorf("%s after %s: the code is %q, want %q", kind, at, got, want)
			}
		}
	}
}

func TestPictureThatStays(t *testing.T) {
	t.Parallel()
	f := scanning(t, Challenge{Kind: ChallengeQR, Shows: "123456"})
	state := f.State(Process{EnteredAt: epoch}, epoch.Add(time.Hour)).Challenge
	if state.Code() != "123456" || state.Number != 0 {
		t.Errorf("after an hour: %q, turn %d", state.Code(), state.Number)
	}
}

// The code of the picture of the moment stands for what it shows; an older one is a wrong answer.
func TestAnswersByScanning(t *testing.T) {
	t.Parallel()
	f := scanning(t, Challenge{Kind: ChallengeQR, Shows: "123456", ChangesEvery: Fixed(2 * time.Second)})
	still := scanning(t, Challenge{Kind: ChallengeQR, Shows: "123456"})
	for _, c := range []struct {
		flow   *Flow
		answer string
		at     time.Duration
		status Status
	}{
		{f, "123456", 0, Authenticated},
		{f, "123456", time.Hour, Authenticated},
		{f, "123456 1", 1999 * time.Millisecond, Authenticated},
		{f, "123456 1", 2 * time.Second, ChallengeResponseRequired},
		{f, "123456 2", 2 * time.Second, Authenticated},
		{f, "123456 3", 2 * time.Second, ChallengeResponseRequired},
		{f, "123456 ", 0, ChallengeResponseRequired},
		{still, "123456", 0, Authenticated},
		{still, "123456 1", 0, ChallengeResponseRequired},
	} {
		p := Process{EnteredAt: epoch, UpdatedAt: epoch}
		p, _, err := c.flow.Apply(p, Input{Kind: EventChallengeResponse, Value: c.answer}, epoch.Add(c.at), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.flow.State(p, epoch.Add(c.at)).Status; got != c.status {
			t.Errorf("%q after %s: %s, want %s", c.answer, c.at, got, c.status)
		}
	}
}

func TestWhatPicturesCarry(t *testing.T) {
	t.Parallel()
	changing := Fixed(time.Second)
	for _, c := range []struct {
		asked Challenge
		text  string
		wrong string // a part of the error, "" for none
	}{
		{Challenge{Kind: ChallengeText}, strings.Repeat("x", 9999), ""},
		{Challenge{Kind: ChallengePhoto}, "Größe Ž 123-456", ""},
		{Challenge{Kind: ChallengePhoto}, strings.Repeat("ä", MaxPhotoText), ""},
		{Challenge{Kind: ChallengePhoto}, strings.Repeat("ä", MaxPhotoText+1), "at most 24 characters"},
		{Challenge{Kind: ChallengePhoto}, "", "nothing to show"},
		{Challenge{Kind: ChallengePhoto}, "12\n34", "not '\\n'"},
		{Challenge{Kind: ChallengePhoto}, "π", "not 'π'"},
		{Challenge{Kind: ChallengeQR}, "日本\n\x00", ""},
		{Challenge{Kind: ChallengeQR}, strings.Repeat("x", MaxQRText), ""},
		{Challenge{Kind: ChallengeQR}, strings.Repeat("x", MaxQRText+1), "at most 500 bytes"},
		{Challenge{Kind: ChallengeQR}, "\xff", "no UTF-8"},
		{Challenge{Kind: ChallengeFlicker}, strings.Repeat("1", MaxStartCode), ""},
		{Challenge{Kind: ChallengeFlicker}, strings.Repeat("1", MaxStartCode+1), "1 to 12 digits"},
		{Challenge{Kind: ChallengeFlicker}, " 1", "1 to 12 digits"},
		{Challenge{Kind: ChallengeFlicker}, "1 2 3 " + strings.Repeat("4", MaxDataElement), ""},
		{Challenge{Kind: ChallengeFlicker}, "1 2 3 4 5", "at most 3"},
		{Challenge{Kind: ChallengeFlicker}, "1 2 " + strings.Repeat("3", MaxDataElement+1), "1 to 36"},
		{Challenge{Kind: ChallengeFlicker}, "1 ä", "ASCII"},
		{Challenge{Kind: ChallengeFlicker}, "1 2 ", "not \"\""},
		{Challenge{Kind: ChallengeFlicker, ChangesEvery: changing}, "1 2 3", ""},
		{Challenge{Kind: ChallengeFlicker, ChangesEvery: changing}, "1 2 3 4", "at most 2"},
	} {
		err := c.asked.CheckShows(c.text)
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s %.30q: %v, want %q", c.asked.Kind, c.text, err, c.wrong)
		}
	}
}

// What a login's captures make of a picture is checked when they come.
func TestPictureOfACapture(t *testing.T) {
	t.Parallel()
	f := scanning(t, Challenge{Kind: ChallengeFlicker, Shows: "12 ${word}"})
	if err := f.CheckCaptures(Captures{"word": "34,00"}); err != nil {
		t.Error(err)
	}
	for _, word := range []string{"", "a b c d", "ä"} {
		if err := f.CheckCaptures(Captures{"word": word}); CodeOf(err) != CodeScenarioValue {
			t.Errorf("%q: %v", word, err)
		}
	}
}
