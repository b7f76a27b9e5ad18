// Makes ../torchwood.json: receipts of a small log, all of it by Go libraries, with keys from fixed seeds.
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "second.test/log"

type receipt struct {
	Index int64  `json:"index"`
	Entry string `json:"entry"`
	Proof string `json:"proof"`
}

func main() {
	seed := func(b byte) []byte { return bytes.Repeat([]byte{b}, ed25519.SeedSize) }
	public := ed25519.NewKeyFromSeed(seed(1)).Public().(ed25519.PublicKey)
	logKey, err := note.NewEd25519VerifierKey(origin, public)
	exitOn(err)
	logVerifier, err := note.NewVerifier(logKey)
	exitOn(err)
	secret := append([]byte{1}, seed(1)...)
	logSigner, err := note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, logVerifier.KeyHash(), base64.StdEncoding.EncodeToString(secret)))
	exitOn(err)
	witness, err := torchwood.NewCosignatureSigner("second.test/witness", ed25519.NewKeyFromSeed(seed(2)))
	exitOn(err)

	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, hashes[i])
		}
		return out, nil
	})
	const size = 21
	for i := int64(0); i < size; i++ {
		stored, err := tlog.StoredHashes(i, entry(i), reader)
		exitOn(err)
		hashes = append(hashes, stored...)
	}
	root, err := tlog.TreeHash(size, reader)
	exitOn(err)
	checkpoint := torchwood.Checkpoint{Origin: origin, Tree: tlog.Tree{N: size, Hash: root}}
	signed, err := note.Sign(&note.Note{Text: checkpoint.String()}, logSigner, witness)
	exitOn(err)

	var receipts []receipt
	for i := int64(0); i < size; i++ {
		path, err := tlog.ProveRecord(size, i, reader)
		exitOn(err)
		proof := torchwood.FormatProof(i, path, signed)
		receipts = append(receipts, receipt{i, base64.StdEncoding.EncodeToString(entry(i)), string(proof)})
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	exitOn(out.Encode(map[string]any{"logKey": logKey, "cosignerKey": witness.Verifier().String(), "receipts": receipts}))
}

func entry(i int64) []byte { return []byte(fmt.Sprintf("entry %d of the second implementation", i)) }

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
