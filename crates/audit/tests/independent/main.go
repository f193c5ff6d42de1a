// Checks a tlog-proof with Go's own implementation of signed notes and transparency logs, which knows nothing of ours.
//
//	independent PUBLIC-KEY RECORD PROOF
//	independent PUBLIC-KEY OLD-CHECKPOINT NEW-CHECKPOINT HASHES    (consistency; hashes in base64, one a line)
package main

import (
	"encoding/base64"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	log.SetFlags(0)
	verifier, err := note.NewVerifier(os.Args[1])
	check(err)
	if len(os.Args) == 5 {
		oldSize, oldRoot := open(read(os.Args[2]), verifier)
		newSize, newRoot := open(read(os.Args[3]), verifier)
		check(tlog.CheckTree(hashes(read(os.Args[4])), newSize, newRoot, oldSize, oldRoot))
		fmt.Println("consistent", oldSize, newSize)
		return
	}
	head, signed, found := strings.Cut(read(os.Args[3]), "\n\n")
	lines := strings.SplitN(head, "\n", 3)
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		log.Fatal("no tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err)
	path := ""
	if len(lines) == 3 {
		path = lines[2]
	}
	size, root := open(signed, verifier)
	check(tlog.CheckRecord(hashes(path), size, root, index, tlog.RecordHash([]byte(read(os.Args[2])))))
	fmt.Println("included", index, size)
}

func open(signed string, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return size, root
}

func hashes(text string) (all []tlog.Hash) {
	for _, line := range strings.Fields(text) {
		bytes, err := base64.StdEncoding.DecodeString(line)
		check(err)
		all = append(all, tlog.Hash(bytes))
	}
	return all
}

func read(path string) string {
	bytes, err := os.ReadFile(path)
	check(err)
	return string(bytes)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
