package engine_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"math/big"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func TestSigningKey(t *testing.T) {
	t.Parallel()
	key, err := engine.NewSigningKey([]byte("a secret of all nodes"))
	if err != nil {
		t.Fatal(err)
	}
	again, _ := engine.NewSigningKey([]byte("a secret of all nodes"))
	other, _ := engine.NewSigningKey([]byte("another secret"))
	if key.ID() != again.ID() || key.ID() == other.ID() {
		t.Errorf("the keys are %s, %s and %s: one secret makes one key", key.ID(), again.ID(), other.ID())
	}
	signature, err := key.Sign([]byte("text"))
	if err != nil || len(signature) != 64 {
		t.Fatalf("%x, %v", signature, err)
	}
	x, y := key.Public()
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("text"))
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the public key does not take the signature")
	}
	if members := key.JWK(); members[2] != [2]string{"kid", key.ID()} || members[3][1] != "EC" {
		t.Errorf("as a JSON Web Key it is %v", members)
	}
}
