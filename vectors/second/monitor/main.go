// Reads a whole log over HTTP as a C2SP client: checkpoint, tiles, every entry. Prints size, root and a digest of all entries.
// Arguments: the log's prefix, a file with a tlog-policy.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	ctx := context.Background()
	text, err := os.ReadFile(os.Args[2])
	exitOn(err)
	policy, err := torchwood.ParsePolicy(text)
	exitOn(err)
	fetcher, err := torchwood.NewTileFetcher(os.Args[1])
	exitOn(err)
	signed, err := fetcher.ReadEndpoint(ctx, "checkpoint")
	exitOn(err)
	checkpoint, _, err := torchwood.VerifyCheckpoint(signed, policy)
	exitOn(err)
	client, err := torchwood.NewClient(fetcher)
	exitOn(err)

	all := sha256.New()
	count := int64(0)
	for index, entry := range client.AllEntries(ctx, checkpoint.Tree, 0) {
		if index != count {
			exitOn(fmt.Errorf("entry %d where %d was due", index, count))
		}
		all.Write(entry)
		count++
	}
	exitOn(client.Err())
	if count > 0 {
		entry, path, err := client.Entry(ctx, checkpoint.Tree, count/2)
		exitOn(err)
		exitOn(tlog.CheckRecord(path, checkpoint.N, checkpoint.Hash, count/2, tlog.RecordHash(entry)))
	}
	fmt.Printf("%d %s %x\n", count, checkpoint.Hash, all.Sum(nil))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
