package scenarios

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"gopkg.in/yaml.v3"
)

// sumOf identifies what a tree says, wherever it is written: two of the same sum are read alike.
func sumOf(node *yaml.Node) sum {
	var out sum
	if node == nil {
		return out
	}
	t := treeSum{hash: sha256.New()}
	t.add(node)
	t.hash.Sum(out[:0])
	return out
}

// treeSum writes trees into a hash.
type treeSum struct {
	hash    hash.Hash
	scratch []byte
}

// add writes a node with all beneath it; what an alias stands for is written out.
func (t *treeSum) add(node *yaml.Node) {
	node = follow(node)
	b := t.scratch[:0]
	b = append(b, byte(node.Kind), byte(node.Style))
	b = binary.AppendUvarint(b, uint64(len(node.Tag)))
	b = append(b, node.Tag...)
	b = binary.AppendUvarint(b, uint64(len(node.Value)))
	b = append(b, node.Value...)
	b = binary.AppendUvarint(b, uint64(len(node.Content)))
	t.scratch = b
	_, _ = t.hash.Write(b) // a hash never fails
	for _, child := range node.Content {
		t.add(child)
	}
}

// text writes a text.
func (t *treeSum) text(text string) {
	t.scratch = append(binary.AppendUvarint(t.scratch[:0], uint64(len(text))), text...)
	_, _ = t.hash.Write(t.scratch)
}
