package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
)

// sample is a request and what must be answered.
type sample struct {
	Request json.RawMessage `json:"request"`
	Allowed bool            `json:"allowed"`
}

// report is what a run prints. Latencies are in microseconds from the moment at which a request was due, whether or not it could be sent then: a
// service that stalls cannot make the load go away.
type report struct {
	Rate     int     `json:"rate"`
	Sent     int     `json:"sent"`
	Errors   int64   `json:"errors"`
	Wrong    int64   `json:"wrong"`
	P50      float64 `json:"p50Us"`
	P90      float64 `json:"p90Us"`
	P99      float64 `json:"p99Us"`
	P999     float64 `json:"p999Us"`
	Max      float64 `json:"maxUs"`
	SendP99  float64 `json:"sendLatenessP99Us"`
	Seconds  float64 `json:"seconds"`
	LastErr  string  `json:"lastError,omitempty"`
	Achieved float64 `json:"achievedRate"`
}

func load(arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	address := flags.String("address", "", "gRPC target")
	rate := flags.Int("rate", 100, "requests per second")
	seconds := flags.Float64("seconds", 10, "length of the run")
	connections := flags.Int("connections", 2, "connections, as Envoy has one per worker")
	samples := flags.String("samples", "", "file with one sample per line")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	requests, allowed, err := readSamples(*samples)
	if err != nil {
		return err
	}
	clients := make([]auth.AuthorizationClient, *connections)
	for at := range clients {
		connection, err := grpc.NewClient(*address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return err
		}
		clients[at] = auth.NewAuthorizationClient(connection)
		if _, err := clients[at].Check(context.Background(), requests[0], grpc.WaitForReady(true)); err != nil {
			return fmt.Errorf("the first check failed: %w", err)
		}
	}
	return json.NewEncoder(out).Encode(run(clients, requests, allowed, *rate, *seconds))
}

func readSamples(name string) ([]*auth.CheckRequest, []bool, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	var requests []*auth.CheckRequest
	var allowed []bool
	decoder := json.NewDecoder(file)
	for {
		var one sample
		if err := decoder.Decode(&one); err == io.EOF {
			break
		} else if err != nil {
			return nil, nil, err
		}
		request := &auth.CheckRequest{}
		if err := protojson.Unmarshal(one.Request, request); err != nil {
			return nil, nil, err
		}
		requests = append(requests, request)
		allowed = append(allowed, one.Allowed)
	}
	if len(requests) == 0 {
		return nil, nil, fmt.Errorf("%s has no samples", name)
	}
	return requests, allowed, nil
}

func run(clients []auth.AuthorizationClient, requests []*auth.CheckRequest, allowed []bool, rate int, seconds float64) report {
	total := int(float64(rate) * seconds)
	latencies := make([]float64, total)
	lateness := make([]float64, total)
	var failures, wrong atomic.Int64
	var lastError atomic.Value
	var waiting sync.WaitGroup
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	interval := float64(time.Second) / float64(rate)
	start := time.Now().Add(50 * time.Millisecond)
	for at := range total {
		due := start.Add(time.Duration(float64(at) * interval))
		sleepUntil(due)
		lateness[at] = microseconds(time.Since(due))
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			response, err := clients[at%len(clients)].Check(ctx, requests[at%len(requests)])
			latencies[at] = microseconds(time.Since(due))
			if err != nil {
				failures.Add(1)
				lastError.Store(err.Error())
			} else if (response.GetStatus().GetCode() == 0) != allowed[at%len(requests)] {
				wrong.Add(1)
			}
		}()
	}
	waiting.Wait()
	took := time.Since(start).Seconds()
	slices.Sort(latencies)
	slices.Sort(lateness)
	given := report{
		Rate: rate, Sent: total, Errors: failures.Load(), Wrong: wrong.Load(),
		P50: quantile(latencies, 0.5), P90: quantile(latencies, 0.9), P99: quantile(latencies, 0.99),
		P999: quantile(latencies, 0.999), Max: quantile(latencies, 1), SendP99: quantile(lateness, 0.99),
		Seconds: took, Achieved: float64(total) / took,
	}
	if text, ok := lastError.Load().(string); ok {
		given.LastErr = text
	}
	return given
}

// sleepUntil waits in the kernel: the runtime's own timers fire up to a millisecond late, which would be more than what is measured. The thread is
// locked to the caller.
func sleepUntil(due time.Time) {
	for wait := time.Until(due); wait > 0; wait = time.Until(due) {
		span := syscall.NsecToTimespec(wait.Nanoseconds())
		_ = syscall.Nanosleep(&span, nil)
	}
}

func microseconds(duration time.Duration) float64 { return float64(duration.Nanoseconds()) / 1e3 }

func quantile(sorted []float64, share float64) float64 {
	at := int(math.Ceil(share*float64(len(sorted)))) - 1
	return math.Round(sorted[max(0, at)]*10) / 10
}
