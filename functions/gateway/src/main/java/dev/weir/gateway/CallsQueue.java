package dev.weir.gateway;

import dev.weir.core.infer.Calls;
import dev.weir.core.infer.Operations;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import java.util.Optional;

/** Answers calls that came through channels, and requests that were to be answered later. */
public final class CallsQueue extends QueueHandler {

  private final Calls calls;
  private final Operations operations;

  /** For Lambda. */
  public CallsQueue() {
    this(Wiring.ports());
  }

  public CallsQueue(Ports ports) {
    super(ports.queue(Queues.CALLS));
    House house = House.on(ports);
    this.calls = new Calls(ports, house.endpoints(), house.replicas(), house.client());
    this.operations = new Operations(ports, house.endpoints(), house.replicas(), house.client());
  }

  @Override
  void work(String body) {
    Calls.Pointer pointer = Json.read(body, Calls.Pointer.class);
    if (Operations.isOperation(pointer.callId())) {
      operations
          .run(pointer.callId())
          .ifPresent(later -> {
            throw new Later(later.reason(), later.after());
          });
      return;
    }
    switch (calls.run(pointer.callId())) {
      case Calls.Over _ -> {}
      case Calls.Later later -> throw new Later(later.reason(), Optional.of(later.after()));
    }
  }
}
