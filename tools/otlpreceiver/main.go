// Command otlpreceiver takes traces by OTLP over HTTP as the protocol's own
// types read them, and writes each span as a line of JSON. It refuses what the
// protocol does not know. Tests send to it.
//
//	otlpreceiver ADDRESS CERTIFICATE KEY
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func main() {
	http.HandleFunc("POST /v1/traces", take)
	log.Fatal(http.ListenAndServeTLS(os.Args[1], os.Args[2], os.Args[3], nil)) //nolint:gosec // a test's
}

func take(w http.ResponseWriter, r *http.Request) {
	m, err := read(r)
	if err != nil {
		fmt.Printf("REFUSED %v\n", err)
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, resource := range m.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				s, err := protojson.Marshal(span)
				if err != nil {
					panic(err)
				}
				about, err := protojson.Marshal(resource.GetResource())
				if err != nil {
					panic(err)
				}
				var line bytes.Buffer // protojson varies its blanks
				if err := json.Compact(&line, fmt.Appendf(nil, `{"key":%q,"scope":%q,"resource":%s,"span":%s}`, r.Header.Get("X-Key"), scope.GetScope().GetName(), about, s)); err != nil {
					panic(err)
				}
				fmt.Println(line.String())
			}
		}
	}
	b, err := proto.Marshal(&collector.ExportTraceServiceResponse{})
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(b)
}

func read(r *http.Request) (*collector.ExportTraceServiceRequest, error) {
	if kind := r.Header.Get("Content-Type"); kind != "application/x-protobuf" {
		return nil, errors.New("not application/x-protobuf: " + kind)
	}
	var in io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, err
		}
		in = z
	}
	b, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	m := &collector.ExportTraceServiceRequest{}
	if err := proto.Unmarshal(b, m); err != nil {
		return nil, err
	}
	if strange(m.ProtoReflect()) {
		return nil, errors.New("there are fields that the protocol does not have")
	}
	for _, resource := range m.GetResourceSpans() {
		for _, scope := range resource.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				if len(s.GetTraceId()) != 16 || len(s.GetSpanId()) != 8 || len(s.GetParentSpanId())%8 != 0 || s.GetName() == "" || s.GetKind() == 0 ||
					s.GetStartTimeUnixNano() == 0 || s.GetEndTimeUnixNano() < s.GetStartTimeUnixNano() {
					return nil, fmt.Errorf("a span that is not right: %v", s)
				}
			}
		}
	}
	return m, nil
}

// strange reports whether a message, or one in it, has fields that it knows not.
func strange(m protoreflect.Message) (found bool) {
	if len(m.GetUnknown()) > 0 {
		return true
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				found = found || strange(v.List().Get(i).Message())
			}
		default:
			found = found || strange(v.Message())
		}
		return !found
	})
	return found
}
