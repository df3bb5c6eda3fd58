package dev.weir.core.port.memory;

import dev.weir.core.port.Queue;
import dev.weir.core.port.QueueContract;

class MemoryQueueTest extends QueueContract {

  private final MemoryPorts ports = new MemoryPorts(clock);

  @Override
  protected Queue open(String name) {
    return ports.queue(name);
  }
}
