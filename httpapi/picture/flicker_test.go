package picture

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// The vectors are published ones: the first is the example of the guidelines "Belegungsrichtlinien TAN
// 1.4", the others were shown by banks and are in the tests of open clients.
func TestOpticalData(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"2045201998 12345678":                  "0D85012045201998041234567855",
		"2045201998 123F5678":                  "118501204520199848313233463536373875",
		"1049063 9876543210 12345678 1,00":     "1784011049063F059876543210041234567844312C303019",
		"1041875 1234567890 12030000 0,20":     "1784011041875F051234567890041203000044302C323015",
		"1120492 30084403 450,00 2":            "1584011120492F0430084403463435302C3030012F05",
		"20932160 DE12500105170648489890 1,00": "23840120932160564445313235303031303531373036343834383938393044312C303005",
	} {
		p, _ := drawn(t, engine.ChallengeState{Kind: engine.ChallengeFlicker, Shows: code}, "en")
		if p.OpticalData != want {
			t.Errorf("%s:\n got %s\nwant %s", code, p.OpticalData, want)
		}
		if p.MIMEType != "" || p.Base64 != "" {
			t.Errorf("%s has an image as well", code)
		}
	}
}

func TestOpticalDataIsReadBack(t *testing.T) {
	t.Parallel()
	for _, asked := range []engine.ChallengeState{
		{Shows: "123456"}, {Shows: "1"}, {Shows: "999999999999"}, {Shows: "123456", Number: 1}, {Shows: "123456", Number: 1 << 40},
		{Shows: "123 DE02120300000000202051 49,90"}, {Shows: "5 " + strings.Repeat("9", 36) + " " + strings.Repeat("x", 36) + " 0"},
	} {
		asked.Kind = engine.ChallengeFlicker
		p, _ := drawn(t, asked, "en")
		if got, err := readOptical(p.OpticalData); err != nil || got != asked.Code() {
			t.Errorf("%s reads %q, %v; want %q", p.OpticalData, got, err, asked.Code())
		}
	}
}

// The reader of the test refuses what a TAN generator refuses.
func TestDamagedOpticalDataIsRefused(t *testing.T) {
	t.Parallel()
	good := opticalData("123456 7,00")
	for i := range good {
		digit := "0"
		if good[i] == '0' {
			digit = "1"
		}
		if got, err := readOptical(good[:i] + digit + good[i+1:]); err == nil {
			t.Errorf("with another digit at %d it reads %q", i, got)
		}
	}
}

// readOptical reads optical data as a TAN generator does, digit by digit: it shares nothing with what
// composes them.
func readOptical(data string) (string, error) {
	digit := func(i int) int { return strings.IndexByte("0123456789ABCDEF", data[i]) }
	number := func(i int) int { return 16*digit(i) + digit(i+1) }
	end := len(data) - 2
	if number(0) != len(data)/2-1 {
		return "", fmt.Errorf("the length is %d, of %d digits", number(0), len(data))
	}
	parity, sum := 0, 0
	for i := range end {
		parity ^= digit(i)
	}
	if parity != digit(end+1) {
		return "", fmt.Errorf("the parity is %x, not %c", parity, data[end+1])
	}
	var words []string
	for i := 2; i < end; {
		length := number(i)
		i += 2
		if length >= 128 {
			length -= 128
			if number(i) != 1 {
				return "", fmt.Errorf("control byte %d", number(i))
			}
			sum += 2 // of the digits 0 and 1
			i += 2
		} else if len(words) == 0 {
			return "", fmt.Errorf("no control byte")
		}
		ascii := length >= 64
		to := i + 2*(length%64)
		if to > end {
			return "", fmt.Errorf("an element reaches beyond the end")
		}
		for at := i; at < to; at++ {
			weighed := digit(at)
			if (at-i)%2 == 1 {
				weighed = []int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9, 2, 4, 6, 8, 10, 3}[weighed]
			}
			sum += weighed
		}
		word := strings.TrimSuffix(data[i:to], "F")
		if ascii {
			text, err := hex.DecodeString(data[i:to])
			if err != nil {
				return "", err
			}
			word = string(text)
		}
		words = append(words, word)
		i = to
	}
	if (sum+digit(end))%10 != 0 {
		return "", fmt.Errorf("the check digit %c does not fit the sum %d", data[end], sum)
	}
	return strings.Join(words, " "), nil
}
