package rest

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// Prefix stands before the path of every operation that is not Root.
const Prefix = "/api/v1"

// Who may call an operation. The operation itself checks what that caller may
// see and do.
type Who uint8

// Who may call. There is no default.
const (
	Anyone   Who = iota + 1 // no credential is looked at
	Maybe                   // anyone; the caller is known if signed in
	SignedIn                // 401 without a caller
)

// Rate is a class of operations that share a token bucket per caller, or per
// address for those who are not signed in.
type Rate uint8

// The classes. There is no default.
const (
	Open        Rate = iota + 1 // nothing but the limit that every address has
	Reads                       // 20 a second, 300 at once
	Tiles                       // 100 a second, 2,000 at once
	Writes                      // 10 a second, 200 at once
	Uploads                     // 3 a second, 100 at once
	Heavy                       // one in 5 seconds, 20 at once: what starts long work
	Credentials                 // one a second, 30 at once: whatever can be guessed at
)

// Sizes of a body.
const (
	NoBody   int64 = -1
	JSONBody int64 = 1 << 20
)

// Streaming as an operation's Time means that it may last; each write of it
// still has to get through within half a minute.
const Streaming time.Duration = -1

// defaultTime is what an operation may take that does not say otherwise.
const defaultTime = 30 * time.Second

// Op describes an operation. ID, Method, Path, Summary, Description, Who and
// Rate must be given, and MaxBody where the method carries a body.
type Op struct {
	ID          string // kebab-case, unique, stable: clients generate names from it
	Method      string
	Path        string // below Prefix, unless Root; {name} as in net/http
	Root        bool   // Path is from the root of the server
	Tag         string // heading in the document
	Summary     string
	Description string

	Who     Who
	Rate    Rate
	MaxBody int64         // bytes; NoBody where there is none
	Time    time.Duration // for the whole request; 0 is 30 s; Streaming has no end
	Status  int           // of success; 0 is 200 with a body, 204 without
	// CrossOrigin lets other sites write: only where no credential is looked at,
	// because the address itself is the secret.
	CrossOrigin bool
	// Tokens lets API tokens call it. Those below /projects/{project} take them
	// without saying so; all others are for people who have signed in.
	Tokens bool
	Secret bool // the response holds a secret: not compressed, not stored

	// For Raw operations: what they take, give and read from the query.
	Takes []string // media types of the request body
	Gives []string // media types of the response body
	Query []string // names of query parameters
}

// Pattern is the pattern of the operation in the mux.
func (o Op) Pattern() string { return o.Method + " " + o.path() }

func (o Op) path() string {
	if o.Root {
		return o.Path
	}
	return Prefix + o.Path
}

// Write reports whether the operation changes something.
func (o Op) Write() bool {
	switch o.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}

// takesTokens reports whether an API token may call the operation.
func (o Op) takesTokens() bool {
	return o.Tokens || strings.HasPrefix(o.Path, "/projects/{project}") && !o.Root
}

func (o Op) time() time.Duration {
	if o.Time == 0 {
		return defaultTime
	}
	return o.Time
}

var (
	opID   = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	opPath = regexp.MustCompile(`^/[a-z0-9/{}._\-]*(\.\.\.\})?$`)
)

// check panics over an operation that is not fully stated: it is a mistake of
// the program and is met at its first start.
func (o Op) check() Op {
	var wrong []string
	if !opID.MatchString(o.ID) {
		wrong = append(wrong, "ID is not kebab-case")
	}
	if !opPath.MatchString(o.Path) {
		wrong = append(wrong, "Path is not a path of lower-case segments")
	}
	if strings.TrimSpace(o.Summary) == "" || strings.TrimSpace(o.Description) == "" {
		wrong = append(wrong, "Summary or Description is missing")
	}
	if o.Who < Anyone || o.Who > SignedIn {
		wrong = append(wrong, "Who is not stated")
	}
	if o.Rate < Open || o.Rate > Credentials {
		wrong = append(wrong, "Rate is not stated")
	}
	switch o.Method {
	case http.MethodGet, http.MethodDelete:
		if o.MaxBody == 0 {
			o.MaxBody = NoBody
		}
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		if o.MaxBody == 0 {
			wrong = append(wrong, "MaxBody is not stated (NoBody if there is none)")
		}
	default:
		wrong = append(wrong, "Method is not one of GET POST PUT PATCH DELETE")
	}
	if o.CrossOrigin && o.Who != Anyone {
		wrong = append(wrong, "CrossOrigin, but it looks at credentials")
	}
	if len(wrong) > 0 {
		panic(fmt.Sprintf("rest: operation %q: %s", o.ID, strings.Join(wrong, "; ")))
	}
	return o
}
