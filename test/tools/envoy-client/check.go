package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

const (
	// One line of input; a request with the largest body that the tests send fits.
	lineBytesMax = 64 << 20
	timeout      = 10 * time.Second
)

// question is one line of input.
type question struct {
	Address string `json:"address"`
	// A CheckRequest as protobuf JSON.
	Request json.RawMessage `json:"request"`
	// Instead of a request: bytes to send as they are, base64.
	Raw *[]byte `json:"raw"`
	// Instead of a request: name of a service to ask the health of.
	Health    *string `json:"health"`
	TimeoutMs int     `json:"timeoutMs"`
	// Cancels the call after it was sent, milliseconds.
	CancelMs int `json:"cancelMs"`
	// PEM.
	TLS *struct {
		Authorities string `json:"authorities"`
		Certificate string `json:"certificate"`
		Key         string `json:"key"`
		Name        string `json:"name"`
	} `json:"tls"`
}

// answer is one line of output.
type answer struct {
	Response json.RawMessage `json:"response,omitempty"`
	// The wire form, so that a test sees what JSON does not show.
	Bytes  []byte `json:"bytes,omitempty"`
	Health string `json:"health,omitempty"`
	// Status of the call when it failed.
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// rawCodec hands bytes over as they are.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(v any) ([]byte, error) {
	bytes, ok := v.(*[]byte)
	if !ok {
		return nil, errors.New("not bytes")
	}
	return *bytes, nil
}

func (rawCodec) Unmarshal(data []byte, v any) error {
	bytes, ok := v.(*[]byte)
	if !ok {
		return errors.New("not bytes")
	}
	*bytes = append([]byte(nil), data...)
	return nil
}

// check answers each line of input with a line of output.
func check(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 1<<20), lineBytesMax)
	encoder := json.NewEncoder(out)
	connections := map[string]*grpc.ClientConn{}
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return fmt.Errorf("a line is no question: %w", err)
		}
		connection, err := connect(connections, q)
		if err != nil {
			return err
		}
		given, err := ask(connection, q)
		if err != nil {
			return err
		}
		if err := encoder.Encode(given); err != nil {
			return err
		}
	}
	return lines.Err()
}

func connect(connections map[string]*grpc.ClientConn, q question) (*grpc.ClientConn, error) {
	key := q.Address
	credential := insecure.NewCredentials()
	if q.TLS != nil {
		key += q.TLS.Certificate + q.TLS.Authorities
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM([]byte(q.TLS.Authorities)) {
			return nil, errors.New("no authority in the question")
		}
		config := &tls.Config{RootCAs: pool, ServerName: q.TLS.Name}
		if q.TLS.Certificate != "" {
			pair, err := tls.X509KeyPair([]byte(q.TLS.Certificate), []byte(q.TLS.Key))
			if err != nil {
				return nil, err
			}
			config.Certificates = []tls.Certificate{pair}
		}
		credential = credentials.NewTLS(config)
	}
	if known, ok := connections[key]; ok {
		return known, nil
	}
	connection, err := grpc.NewClient(q.Address, grpc.WithTransportCredentials(credential))
	if err != nil {
		return nil, err
	}
	connections[key] = connection
	return connection, nil
}

func ask(connection *grpc.ClientConn, q question) (answer, error) {
	limit := timeout
	if q.TimeoutMs > 0 {
		limit = time.Duration(q.TimeoutMs) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if q.CancelMs > 0 {
		timer := time.AfterFunc(time.Duration(q.CancelMs)*time.Millisecond, cancel)
		defer timer.Stop()
	}
	if q.Health != nil {
		given, err := healthpb.NewHealthClient(connection).Check(ctx, &healthpb.HealthCheckRequest{Service: *q.Health})
		if err != nil {
			return failure(err), nil
		}
		return answer{Health: given.GetStatus().String()}, nil
	}
	sent := q.Raw
	if sent == nil {
		bytes, err := marshalRequest(q.Request)
		if err != nil {
			return answer{}, err
		}
		sent = &bytes
	}
	var received []byte
	err := connection.Invoke(ctx, auth.Authorization_Check_FullMethodName, sent, &received, grpc.ForceCodec(rawCodec{}))
	if err != nil {
		return failure(err), nil
	}
	return describe(received)
}

func failure(err error) answer {
	given := status.Convert(err)
	return answer{Code: given.Code().String(), Message: given.Message()}
}

// describe reads an answer with Envoy's own types, which refuse what is not of their form.
func describe(received []byte) (answer, error) {
	var response auth.CheckResponse
	if err := unmarshalResponse(received, &response); err != nil {
		return answer{}, err
	}
	if err := response.ValidateAll(); err != nil {
		return answer{}, fmt.Errorf("Envoy would not take the answer: %w", err)
	}
	shown, err := protojson.Marshal(&response)
	if err != nil {
		return answer{}, err
	}
	return answer{Response: shown, Bytes: received}, nil
}
