package picture

import (
	"encoding/hex"
	"strings"
)

// The bits of a length byte of HHD UC 1.4; the six below them are the length in bytes.
const (
	inASCII      = 1 << 6 // else in BCD, two digits a byte
	controlBytes = 1 << 7 // they follow the start code's length
)

// hhd14 is the control byte that announces a code of HHD 1.4.
const hhd14 = 0x01

// opticalData composes what an optical reader takes: a length byte, the start code behind its own length
// and control byte, up to three data elements behind theirs, and two check digits. The code is the start
// code and the data elements, with a space between each. The form is that of the German banking
// industry's HHD extension for unidirectional coupling (HHD UC), version 1.4.
func opticalData(code string) string {
	elements := strings.Split(code, " ")
	start := bcd(elements[0])
	payload := append([]byte{controlBytes | byte(len(start)), hhd14}, start...)
	checked := append([]byte{hhd14}, start...) // without the lengths
	for _, element := range elements[1:] {
		length, data := dataElement(element)
		payload = append(append(payload, length), data...)
		checked = append(checked, data...)
	}
	whole := append([]byte{byte(len(payload) + 1)}, payload...) // the check digits are the one more
	whole = append(whole, luhn(checked)<<4|xor(whole))
	return strings.ToUpper(hex.EncodeToString(whole))
}

// dataElement returns an element's length byte and data: digits as BCD, anything else as ASCII.
func dataElement(text string) (length byte, data []byte) {
	if strings.Trim(text, "0123456789") != "" {
		return inASCII | byte(len(text)), []byte(text)
	}
	data = bcd(text)
	return byte(len(data)), data
}

// bcd packs two digits into a byte; an F fills up the last.
func bcd(digits string) []byte {
	if len(digits)%2 == 1 {
		digits += "F"
	}
	packed, err := hex.DecodeString(digits)
	if err != nil {
		panic("start codes and elements are checked before they are drawn: " + err.Error())
	}
	return packed
}

// luhn is the check digit of the data: what its digits, of which each second counts twice, lack to a
// multiple of ten.
func luhn(data []byte) byte {
	sum := 0
	for _, b := range data {
		twice := 2 * int(b&0xF)
		sum += int(b>>4) + twice/10 + twice%10
	}
	return byte((10 - sum%10) % 10)
}

// xor is the parity of all digits from the length byte on.
func xor(data []byte) byte {
	var sum byte
	for _, b := range data {
		sum ^= b>>4 ^ b&0xF
	}
	return sum
}
