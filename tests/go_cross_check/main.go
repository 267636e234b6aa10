// Command cross-check verifies an exported log with Go's own implementation of
// notes, tiles and proofs: code that shares nothing with ours.
//
// It takes a folder with a vkey, checkpoints, tiles, leaves and proofs, prints
// what it has verified, and ends with 1 at the first thing that does not hold.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

func main() {
	report, err := verify(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(report)
}

// verify checks everything in the folder.
func verify(folder string) (string, error) {
	vkey, err := os.ReadFile(filepath.Join(folder, "vkey"))
	if err != nil {
		return "", err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return "", err
	}
	known := note.VerifierList(verifier)
	tree, err := readCheckpoint(filepath.Join(folder, "checkpoint"), known)
	if err != nil {
		return "", err
	}
	leaves, err := verifyTiles(folder, tree)
	if err != nil {
		return "", err
	}
	if err := verifyGrowth(folder, known, tree); err != nil {
		return "", err
	}
	proofs, err := verifyProofs(folder, known, leaves)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("leaves %d proofs %d", len(leaves), proofs), nil
}

// readCheckpoint opens a signed checkpoint and returns its size and root.
func readCheckpoint(path string, known note.Verifiers) (tlog.Tree, error) {
	message, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	return openCheckpoint(message, known)
}

func openCheckpoint(message []byte, known note.Verifiers) (tlog.Tree, error) {
	opened, err := note.Open(message, known)
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != opened.Sigs[0].Name {
		return tlog.Tree{}, errors.New("not a checkpoint of the log that signed it")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := parseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func parseHash(line string) (tlog.Hash, error) {
	var hash tlog.Hash
	content, err := base64.StdEncoding.Strict().DecodeString(line)
	if err == nil && len(content) != tlog.HashSize {
		err = errors.New("not a hash")
	}
	copy(hash[:], content)
	return hash, err
}

// A folderReader reads tiles by their C2SP paths, which leave out the height.
type folderReader struct{ folder string }

func (r folderReader) Height() int { return tileHeight }

func (r folderReader) SaveTiles([]tlog.Tile, [][]byte) {}

func (r folderReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, tile := range tiles {
		content, err := os.ReadFile(r.path(tile))
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

func (r folderReader) path(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	if tile.L == -1 {
		path = "entries/" + strings.TrimPrefix(path, "data/")
	}
	return filepath.Join(r.folder, "tile", filepath.FromSlash(path))
}

// verifyTiles holds every tile against the root, and every leaf against its
// tile; it returns the hashes of the leaves.
func verifyTiles(folder string, tree tlog.Tree) ([]tlog.Hash, error) {
	reader := tlog.TileHashReader(tree, folderReader{folder})
	var indexes []int64
	for n := int64(0); n < tree.N; n++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, n))
	}
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	if root, err := tlog.TreeHash(tree.N, reader); err != nil || root != tree.Hash {
		return nil, fmt.Errorf("the tiles do not give the root: %v", err)
	}
	leaves, err := readLeaves(folder, tree.N)
	if err != nil {
		return nil, err
	}
	for n, leaf := range leaves {
		if tlog.RecordHash(leaf) != hashes[n] {
			return nil, fmt.Errorf("leaf %d is not the one in its tile", n)
		}
	}
	return hashes, nil
}

// readLeaves reads the entry bundles: each leaf after its length.
func readLeaves(folder string, size int64) ([][]byte, error) {
	var leaves [][]byte
	for number := int64(0); int64(len(leaves)) < size; number++ {
		width := int(min(size-int64(len(leaves)), 1<<tileHeight))
		tile := tlog.Tile{H: tileHeight, L: -1, N: number, W: width}
		bundle, err := os.ReadFile(folderReader{folder}.path(tile))
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, errors.New("an entry bundle ends in the middle of a leaf")
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, bundle[2:end])
			bundle = bundle[end:]
		}
		if len(bundle) > 0 {
			return nil, errors.New("an entry bundle goes on after its last leaf")
		}
	}
	return leaves, nil
}

// verifyGrowth checks that the log grew out of an earlier checkpoint of it.
func verifyGrowth(folder string, known note.Verifiers, tree tlog.Tree) error {
	previous, err := readCheckpoint(filepath.Join(folder, "checkpoint.previous"), known)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(folder, "consistency"))
	if err != nil {
		return err
	}
	var proof tlog.TreeProof
	for _, line := range strings.Fields(string(content)) {
		hash, err := parseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, previous.N, previous.Hash)
}

// verifyProofs checks every proof file for the leaf that it is named after.
func verifyProofs(folder string, known note.Verifiers, leaves []tlog.Hash) (int, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "proofs", "*.tlog-proof"))
	if err != nil {
		return 0, err
	}
	for _, path := range paths {
		index, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(path), ".tlog-proof"))
		if err != nil {
			return 0, err
		}
		if err := verifyProof(path, known, int64(index), leaves[index]); err != nil {
			return 0, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return len(paths), nil
}

func verifyProof(path string, known note.Verifiers, index int64, leaf tlog.Hash) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	head, checkpoint, found := strings.Cut(string(content), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		lines[1] != fmt.Sprintf("index %d", index) {
		return errors.New("not a proof of that leaf")
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := parseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := openCheckpoint([]byte(checkpoint), known)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf)
}
