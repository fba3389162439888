package engine

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
)

// SigningKey signs with ECDSA on P-256. It follows from a secret that all nodes of a database share, so that each
// signs with the same key, and serves its public part.
type SigningKey struct {
	private *ecdsa.PrivateKey
	id      string
}

// NewSigningKey derives a key from a secret.
func NewSigningKey(secret []byte) (*SigningKey, error) {
	for i := range byte(8) { // all but one of 2^32 numbers make a key
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte{'s', 'i', 'g', 'n', i})
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), mac.Sum(nil))
		if err != nil {
			continue
		}
		point, err := private.PublicKey.Bytes()
		if err != nil {
			return nil, fmt.Errorf("derive signing key: %w", err)
		}
		sum := sha256.Sum256(point)
		return &SigningKey{private: private, id: fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])}, nil
	}
	return nil, fmt.Errorf("derive signing key: the secret makes none")
}

// ID identifies the key.
func (k *SigningKey) ID() string { return k.id }

// Public returns the coordinates of the public point, 32 bytes each.
func (k *SigningKey) Public() (x, y []byte) {
	point, err := k.private.PublicKey.Bytes()
	if err != nil || len(point) != 65 {
		return nil, nil // it was made from a valid key
	}
	return point[1:33], point[33:]
}

// Forged returns a key that has not this one's public part.
func (k *SigningKey) Forged() (*SigningKey, error) {
	x, _ := k.Public()
	return NewSigningKey(append([]byte("forged"), x...))
}

// Sign returns the signature of a text as JSON Web Signatures write it for ES256: both numbers, 32 bytes each.
func (k *SigningKey) Sign(text []byte) ([]byte, error) {
	sum := sha256.Sum256(text)
	encoded, err := k.private.Sign(nil, sum[:], crypto.SHA256) // without randomness: the same text, the same signature
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(encoded, &pair); err != nil {
		return nil, err
	}
	signature := make([]byte, 64)
	pair.R.FillBytes(signature[:32])
	pair.S.FillBytes(signature[32:])
	return signature, nil
}

// JWK lists the members of the public key as a JSON Web Key, in their order.
func (k *SigningKey) JWK() [][2]string {
	x, y := k.Public()
	encode := base64.RawURLEncoding.EncodeToString
	return [][2]string{
		{"alg", "ES256"}, {"crv", "P-256"}, {"kid", k.id}, {"kty", "EC"}, {"use", "sig"}, {"x", encode(x)}, {"y", encode(y)},
	}
}
