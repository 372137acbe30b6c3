package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/url"
	"time"
)

// pair is a certificate with its key, PEM.
type pair struct {
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// certificates makes an authority, a server's and a client's certificate of it, and a client's certificate of another authority.
func certificates(out io.Writer) error {
	given := map[string]pair{}
	authority, err := makePair("weir test authority", nil)
	if err != nil {
		return err
	}
	other, err := makePair("another authority", nil)
	if err != nil {
		return err
	}
	given["authority"] = authority.pem
	for name, parent := range map[string]*issued{"server": authority, "client": authority, "stranger": other} {
		made, err := makePair(name, parent)
		if err != nil {
			return err
		}
		given[name] = made.pem
	}
	return json.NewEncoder(out).Encode(given)
}

type issued struct {
	pem         pair
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func makePair(name string, parent *issued) (*issued, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		BasicConstraintsValid: true,
	}
	signer := &issued{certificate: template, key: key}
	if parent == nil {
		template.IsCA = true
		template.KeyUsage = x509.KeyUsageCertSign
	} else {
		signer = parent
		template.DNSNames = []string{name + ".test"}
		template.URIs = []*url.URL{{Scheme: "spiffe", Host: "cluster.local", Path: "/ns/istio/sa/" + name}}
		template.KeyUsage = x509.KeyUsageDigitalSignature
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.certificate, &key.PublicKey, signer.key)
	if err != nil {
		return nil, err
	}
	keyDer, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	shown := pair{
		Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		Key:         string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDer})),
	}
	return &issued{pem: shown, certificate: certificate, key: key}, nil
}
