// The server of the images of our tests: one static program, which is all that such an image has.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

// version is set by the linker, so that two builds are two images.
var version = "1"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "check" {
		if _, err := os.Stat(os.Args[2]); err != nil {
			fmt.Println("no file", os.Args[2])
			os.Exit(1)
		}
		return
	}
	port := os.Getenv("SERVER_PORT")
	if port == "" {
		port = "8080"
	}
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		if _, err := os.Stat("/tmp/ill"); err == nil {
			w.WriteHeader(503)
		}
	})
	http.HandleFunc("/make", func(w http.ResponseWriter, r *http.Request) {
		os.WriteFile(r.URL.Query().Get("file"), nil, 0600)
	})
	http.HandleFunc("/remove", func(w http.ResponseWriter, r *http.Request) {
		os.Remove(r.URL.Query().Get("file"))
	})
	http.HandleFunc("/exit", func(w http.ResponseWriter, r *http.Request) {
		os.Exit(7)
	})
	http.HandleFunc("/seen", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(seen())
	})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		sent, err := json.Marshal(json.RawMessage(body))
		if err != nil {
			sent, _ = json.Marshal(string(body))
		}
		fmt.Fprintf(w, `{"version":"%s","path":"%s","sent":%s}`, version, r.URL.Path, sent)
	})
	listener, err := net.Listen("tcp", "0.0.0.0:"+port)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if os.Getenv("SERVER_TLS") != "" {
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate()}})
	}
	fmt.Println("serving version", version)
	http.Serve(listener, nil)
}

func certificate() tls.Certificate {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "served"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, _ := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// seen is what a program of an image reaches, by names; an empty word is nothing.
func seen() map[string]any {
	directory, _ := os.Getwd()
	found := map[string]any{
		"uid": os.Getuid(), "gid": os.Getgid(), "directory": directory, "arguments": os.Args, "environment": os.Environ(),
		"write_root": write("/written"), "write_own": write("/app/written"), "write_tmp": write("/tmp/written"),
		"write_hosts": write("/etc/hosts"), "write_devices": write("/dev/written"), "write_core_pattern": write("/proc/sys/kernel/core_pattern"),
		"host_files": list("/root"), "home_mind": list("/home/mind"), "descriptors": list("/proc/self/fd"),
		"processes": list("/proc"), "root": list("/"), "devices": list("/dev"),
		"setuid": word(syscall.Setuid(12345)), "mount": word(syscall.Mount("tmpfs", "/tmp", "tmpfs", 0, "")),
		"unshare": word(syscall.Unshare(syscall.CLONE_NEWUSER)), "chroot": word(syscall.Chroot("/tmp")),
	}
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "CapEff") || strings.HasPrefix(line, "CapBnd") || strings.HasPrefix(line, "Seccomp:") || strings.HasPrefix(line, "NoNewPrivs") {
			name, value, _ := strings.Cut(line, ":")
			found[name] = strings.TrimSpace(value)
		}
	}
	interfaces, _ := net.Interfaces()
	names := []string{}
	for _, each := range interfaces {
		names = append(names, each.Name)
	}
	found["interfaces"] = names
	return found
}

func write(path string) string {
	return word(os.WriteFile(path, []byte("x"), 0600))
}

func list(path string) []string {
	names := []string{}
	entries, _ := os.ReadDir(path)
	for _, each := range entries {
		names = append(names, each.Name())
	}
	return names
}

func word(err error) string {
	if err == nil {
		return "done"
	}
	return err.Error()
}
