// net/http as a program of matrix.py.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

const shown = 64 * 1024

// The pieces of `@MIB,AT,TEXT`.
func upload(spec string) io.Reader {
	words := strings.SplitN(spec[1:], ",", 3)
	mib, _ := strconv.Atoi(words[0])
	at, _ := strconv.Atoi(words[1])
	filler := strings.Repeat("nothing to see here, ", 50000)[:1<<20]
	var pieces []io.Reader
	for i := 0; i < mib; i++ {
		if i == at {
			pieces = append(pieces, strings.NewReader(words[2]))
		}
		pieces = append(pieces, strings.NewReader(filler))
	}
	return io.MultiReader(pieces...)
}

func ask(method, url, body string) (int, string, []byte) {
	var content io.Reader
	if strings.HasPrefix(body, "@") {
		content = upload(body)
	} else if body != "" {
		content = strings.NewReader(body)
	}
	request, err := http.NewRequest(method, url, content)
	if err != nil {
		return 0, "", []byte(err.Error())
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", []byte(err.Error())
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, "", []byte(err.Error())
	}
	return answer.StatusCode, answer.Header.Get("Cork-Decision"), data
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Split(lines.Text(), "\t")
		status, decision, data := ask(words[0], words[1], words[2])
		fmt.Printf("%d\t%s\t%d\t%x\t%s\n", status, decision, len(data), sha256.Sum256(data),
			base64.StdEncoding.EncodeToString(data[:min(shown, len(data))]))
	}
}
