package httpapi

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
)

// seal encrypts what the store keeps of an answer, which may hold what no row may: a token, or a code that works once.
// It is made from the request, so that its repeat opens the answer, and from a key of the store's; whoever sees the
// store alone, without the request's body, does not.
type seal []byte

// sealed marks an answer that is encrypted. Those of earlier builds are JSON, and begin with a brace.
const sealed = 1

// close returns the text as it is kept. It is encrypted anew each time, by AES-256-GCM with a random nonce.
func (s seal) close(text []byte) []byte {
	return s.gcm().Seal([]byte{sealed}, nil, text, nil)
}

// open returns what close was given; it fails where another seal closed it.
func (s seal) open(kept []byte) ([]byte, error) {
	if len(kept) == 0 {
		return nil, errors.New("nothing is kept")
	}
	if kept[0] != sealed {
		return kept, nil
	}
	return s.gcm().Open(nil, nil, kept[1:], nil)
}

func (s seal) gcm() cipher.AEAD {
	block, err := aes.NewCipher(s)
	if err != nil {
		panic(err) // a hash is as long as a key
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the blocks that GCM takes
	}
	return gcm
}
