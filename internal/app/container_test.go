package app

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"plumbline/internal/app/config"
	"plumbline/internal/app/peertest"
)

const containerDir = "../../deploy/container/"

// instruction is one of a Containerfile.
type instruction struct{ name, rest string }

func containerfile(t *testing.T) (all []instruction) {
	t.Helper()
	b, err := os.ReadFile(containerDir + "Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.ReplaceAll(string(b), "\\\n", " ")) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			name, rest, _ := strings.Cut(line, " ")
			all = append(all, instruction{name, strings.TrimSpace(rest)})
		}
	}
	return all
}

// words is what a JSON list says.
func words(t *testing.T, list string) (out []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(list), &out); err != nil {
		t.Fatalf("%s: %v: an image without a shell needs the form of a list", list, err)
	}
	return out
}

// lastStage is what the image is made of.
func lastStage(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, i := range containerfile(t) {
		if i.name == "FROM" {
			clear(out)
		}
		out[i.name] = append(out[i.name], i.rest)
	}
	return out
}

const (
	imageConfig = "/etc/plumbline/plumbline.yaml"
	imageUser   = 65532
)

// TestContainerAgreesWithTheProgram compares the files for containers with the
// program and with each other.
func TestContainerAgreesWithTheProgram(t *testing.T) {
	t.Parallel()
	last := lastStage(t)
	if last["FROM"][0] != "scratch" || last["USER"][0] != fmt.Sprintf("%d:%d", imageUser, imageUser) || len(last["RUN"]) > 0 {
		t.Errorf("the image is %v of %v", last["USER"], last["FROM"])
	}
	_, health, _ := strings.Cut(last["HEALTHCHECK"][0], "CMD ")
	for _, args := range [][]string{append(words(t, last["ENTRYPOINT"][0])[1:], words(t, last["CMD"][0])...), words(t, health)[1:]} {
		if args[len(args)-2] != "--config" || args[len(args)-1] != imageConfig {
			t.Errorf("%q does not use the image's configuration", args)
		}
		// It knows the command and its flags: what is missing is the file alone.
		args[len(args)-1] = filepath.Join(t.TempDir(), "none.yaml")
		out, err := exec.CommandContext(t.Context(), today(), args...).CombinedOutput() //nolint:gosec // the program under test
		if err == nil || !strings.Contains(string(out), "there is no configuration file") {
			t.Errorf("%q: %v %s", args, err, out)
		}
	}
	ignored, err := os.ReadFile("../../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range containerfile(t) {
		switch {
		case i.name == "COPY" && !strings.Contains(i.rest, "--from="):
			fields := strings.Fields(strings.ReplaceAll(i.rest, "--chown=65532:65532", ""))
			for _, from := range fields[:len(fields)-1] {
				if _, err := os.Stat("../../" + from); err != nil {
					t.Errorf("COPY %s: %v", from, err)
				}
				if top, _, _ := strings.Cut(from, "/"); !strings.Contains(string(ignored), "\n!"+top+"\n") {
					t.Errorf("COPY %s: .dockerignore leaves it out", from)
				}
			}
		case i.name == "FROM" && i.rest != "scratch" && !regexp.MustCompile(`^docker\.io/library/[a-z]+:[0-9.]+-[a-z]+ AS [a-z]+$`).MatchString(i.rest):
			t.Errorf("FROM %s: not a version of a known image", i.rest)
		case i.name == "RUN" && strings.Contains(i.rest, "go build"):
			for _, flags := range []string{"-trimpath", "-s -w -X plumbline/internal/cli.Version=", "CGO_ENABLED=0 "} {
				if !strings.Contains(i.rest, flags) || !strings.Contains(string(makefile), flags) {
					t.Errorf("%s: not built as make build does: %s", i.rest, flags)
				}
			}
		}
	}
	c, err := config.Read(containerDir + "plumbline.yaml")
	if err != nil {
		t.Fatal(err)
	}
	volumes := words(t, last["VOLUME"][0])
	keep := slices.Concat([]string{c.Data, filepath.Dir(c.Ring.Root)}, c.Ring.Places)
	slices.Sort(volumes)
	slices.Sort(keep)
	if !slices.Equal(volumes, keep) {
		t.Errorf("volumes are %v, the configuration keeps %v", volumes, keep)
	}
	if !strings.HasSuffix(c.Listen, ":"+last["EXPOSE"][0]) || c.Monitoring.Listen == "" {
		t.Errorf("%s is exposed, it listens on %s", last["EXPOSE"], c.Listen)
	}
	if !slices.ContainsFunc(last["COPY"], func(s string) bool { return strings.HasSuffix(s, "deploy/container/plumbline.yaml "+imageConfig) }) {
		t.Error("the image has no configuration")
	}
	composed(t, c, volumes)
}

// composed looks at the example with PostgreSQL.
func composed(t *testing.T, c config.Config, volumes []string) {
	t.Helper()
	var all struct {
		Services map[string]struct {
			ReadOnly bool          `yaml:"read_only"`
			Grace    time.Duration `yaml:"stop_grace_period"`
			CapDrop  []string      `yaml:"cap_drop"`
			Tmpfs    []string      `yaml:"tmpfs"`
			Volumes  []string      `yaml:"volumes"`
		} `yaml:"services"`
		Volumes map[string]any `yaml:"volumes"`
	}
	b, err := os.ReadFile(containerDir + "compose.yaml")
	if err == nil {
		err = yaml.Unmarshal(b, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	ours := all.Services["plumbline"]
	if !ours.ReadOnly || !slices.Equal(ours.CapDrop, []string{"ALL"}) || !slices.ContainsFunc(ours.Tmpfs, func(s string) bool { return strings.HasPrefix(s, "/tmp") }) {
		t.Errorf("the container is %+v", ours)
	}
	if ours.Grace <= *c.Drain.Notice+c.Drain.Requests {
		t.Errorf("it is killed after %v, and leaves within %v", ours.Grace, *c.Drain.Notice+c.Drain.Requests)
	}
	u, err := url.Parse(c.Database)
	if err != nil {
		t.Fatal(err)
	}
	want := append([]string{imageConfig, u.Query().Get("host")}, volumes...)
	for _, v := range ours.Volumes {
		part := strings.Split(v, ":")
		if _, named := all.Volumes[part[0]]; !named && part[0] != "./plumbline.yaml" {
			t.Errorf("%s: there is no such volume", v)
		}
		want = slices.DeleteFunc(want, func(s string) bool { return s == part[1] })
	}
	if len(want) > 0 {
		t.Errorf("nothing is mounted at %v", want)
	}
	if !slices.ContainsFunc(all.Services["postgres"].Volumes, func(s string) bool { return strings.HasSuffix(s, ":"+u.Query().Get("host")) }) {
		t.Error("the database's socket is not shared")
	}
}

// TestContainerRuns makes the root of the image by the lines of the
// Containerfile, and runs the program in it as an engine would: that root alone,
// read-only, its user, no capabilities of root, nothing else on the disk.
func TestContainerRuns(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a server")
	}
	if os.Getuid() != 0 || exec.CommandContext(t.Context(), "unshare", "-m", "mount", "-t", "tmpfs", "x", "/mnt").Run() != nil {
		t.Skip("a root of its own needs somebody who may mount")
	}
	dir, err := os.MkdirTemp("", "plumbline-image-") //nolint:usetesting // of another user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the image's user goes through it
		t.Fatal(err)
	}
	root := filepath.Join(dir, "root")
	for _, i := range containerfile(t) {
		if i.name == "RUN" && strings.Contains(i.rest, "/root-of-image") && !strings.Contains(i.rest, "go build") {
			if out, err := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(i.rest, "/root-of-image", root)).CombinedOutput(); err != nil { //nolint:gosec // a line of ours
				t.Fatalf("RUN %s: %v %s", i.rest, err, out)
			}
		}
	}
	program, err := os.ReadFile(today())
	if err != nil {
		t.Fatal(err)
	}
	port, private := peertest.Port(t), peertest.Port(t)
	text := fmt.Sprintf("data: /var/lib/plumbline\nlisten: 127.0.0.1:%s\nmonitoring: {listen: '127.0.0.1:%s'}\nring: {places: [/var/lib/plumbline-keys], root_key: /var/lib/plumbline-root/root.key}\n", port, private)
	for name, content := range map[string][]byte{"plumbline": program, imageConfig: []byte(text)} {
		if err := os.WriteFile(filepath.Join(root, name), content, 0o755); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
	}
	if err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, imageUser, imageUser)
	}); err != nil {
		t.Fatal(err)
	}
	// An engine gives /proc and /dev, and the volumes with the mode and owner that the image has there.
	script := "set -e\nmkdir -p $R/proc $R/dev\n"
	for _, v := range append(words(t, lastStage(t)["VOLUME"][0]), "/tmp") {
		script += fmt.Sprintf("mkdir -p $R-volumes%[1]s && cp -a $R%[1]s/. $R-volumes%[1]s && chown --reference=$R%[1]s $R-volumes%[1]s && chmod --reference=$R%[1]s $R-volumes%[1]s\n", v)
	}
	script += "mount --bind $R $R\nmount -o remount,ro,bind $R\nmount -t proc none $R/proc\nmount --bind /dev $R/dev\n"
	for _, v := range append(words(t, lastStage(t)["VOLUME"][0]), "/tmp") {
		script += fmt.Sprintf("mount --bind $R-volumes%[1]s $R%[1]s\n", v)
	}
	const in = "chroot --userspec=65532:65532 --groups= "
	script += "printf '" + passphrase + "\\n' | " + in + "$R /plumbline found --config " + imageConfig + " --organisation Delta --email olga@delta.example\n"
	script += "if " + in + "$R /plumbline backup --config " + imageConfig + " --to /outside 2>/dev/null; then echo THE ROOT CAN BE WRITTEN TO; fi\n"
	script += "exec " + in + "$R " + strings.Join(append(words(t, lastStage(t)["ENTRYPOINT"][0]), words(t, lastStage(t)["CMD"][0])...), " ") + "\n"
	server := exec.Command("unshare", "-m", "--propagation", "private", "sh", "-c", script) //nolint:gosec,noctx // ended by a signal
	server.Env = []string{"R=" + root, "PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	said := &logs{}
	server.Stdout, server.Stderr = said, said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	t.Cleanup(func() {
		_ = server.Process.Kill()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	inside := func(args ...string) (string, error) {
		all := append(strings.Fields(fmt.Sprintf("-t %d -m "+in+"%s", server.Process.Pid, root)), args...)
		c := exec.CommandContext(t.Context(), "nsenter", all...) //nolint:gosec // the program under test
		c.Env = append([]string{"HOME=/"}, server.Env...)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	_, health, _ := strings.Cut(lastStage(t)["HEALTHCHECK"][0], "CMD ")
	peertest.Until(t, "the health check says yes", func() bool {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v %s", err, said)
		default:
		}
		_, err := inside(words(t, health)...)
		return err == nil
	})
	if strings.Contains(said.String(), "WRITTEN") {
		t.Error("the image's root can be written to")
	}
	// Among others the child that reads files, which starts the program anew.
	out, err := inside("/plumbline", "doctor", "--config", imageConfig)
	for _, check := range []string{"database", "schema", "files", "sandbox"} {
		if !regexp.MustCompile(`(?m)^ok +` + check + `\b`).MatchString(out) {
			t.Errorf("doctor: %v %s", err, out)
			break
		}
	}
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	if out, err := exec.CommandContext(t.Context(), today(), "ready", "--config", filepath.Join(root, imageConfig)).CombinedOutput(); err == nil { //nolint:gosec // the program under test
		t.Errorf("the health check of nobody says %s", out)
	}
}
