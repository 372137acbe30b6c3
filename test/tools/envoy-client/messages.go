package main

import (
	"errors"

	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func marshalRequest(text []byte) ([]byte, error) {
	var request auth.CheckRequest
	if err := protojson.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	return proto.Marshal(&request)
}

func unmarshalResponse(bytes []byte, response *auth.CheckResponse) error {
	if err := proto.Unmarshal(bytes, response); err != nil {
		return err
	}
	return refuseUnknown(response.ProtoReflect())
}

// refuseUnknown finds fields that Envoy's API does not have: they would be mistakes of the sender that every reader skips silently.
func refuseUnknown(message protoreflect.Message) error {
	if len(message.GetUnknown()) > 0 {
		return errors.New("the answer has fields that Envoy does not know, in " + string(message.Descriptor().FullName()))
	}
	var problem error
	visit := func(value protoreflect.Value) {
		if problem == nil {
			problem = refuseUnknown(value.Message())
		}
	}
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
			if field.MapValue().Kind() == protoreflect.MessageKind {
				value.Map().Range(func(_ protoreflect.MapKey, item protoreflect.Value) bool {
					visit(item)
					return problem == nil
				})
			}
		case field.Kind() != protoreflect.MessageKind:
		case field.IsList():
			for at := range value.List().Len() {
				visit(value.List().Get(at))
			}
		default:
			visit(value)
		}
		return problem == nil
	})
	return problem
}
