package dev.weir.gateway;

import dev.weir.aws.AwsPorts;
import dev.weir.core.port.Ports;

/** The ports of a function in the cloud: the only place of the gateway that knows AWS. */
final class Wiring {

  private Wiring() {}

  static Ports ports() {
    return AwsPorts.fromEnvironment();
  }
}
