/** The platforms whose invocations are decided at run time. `http` is any function behind plain HTTP, CloudEvents included. */
export type PlatformName =
  | 'http'
  | 'aws-lambda'
  | 'aws-greengrass'
  | 'azure-functions'
  | 'azure-iot-edge'
  | 'google-cloud-functions'
  | 'openwhisk'
  | 'lean-openwhisk'
  | 'ibm-cloud-functions'
  | 'fission'
  | 'kubeless'
  | 'knative'
  | 'openfaas'
  | 'nuclio';
